package dev.sluice.engine.query;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.plan.Join;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.query.Plans.Planned;
import dev.sluice.engine.query.Prepared.Manner;
import dev.sluice.engine.resume.ResumeToken;
import dev.sluice.engine.resume.TokenCodec;
import dev.sluice.engine.sql.ReadRights;
import dev.sluice.engine.sql.SqlPlanner;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Understands what is asked, or says why it is refused. Any number of threads at once. */
final class Preparation {
  private final Streams streams;
  private final Plans plans;
  private final TokenCodec codec;
  private final QuerySettings settings;
  private final Clock clock;
  private final AtomicLong replays = new AtomicLong();

  Preparation(Streams streams, TokenCodec codec, QuerySettings settings, Clock clock) {
    this.streams = streams;
    this.plans =
        new Plans(new SqlPlanner(streams, settings.state().maxListValues())::plan, streams);
    this.codec = codec;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * What is asked: one query, or several whose rows are all those of one.
   *
   * <p>CPU work of milliseconds, the first time.
   *
   * @throws ProblemException QUERY_…, FORBIDDEN, RESUME_TOKEN_INVALID, STREAM_CHANGED
   */
  List<Prepared> prepare(QueryRequest request, ReadRights rights) {
    List<Planned> parts = plans.plan(request.sql(), request.filling(), rights);
    if (parts.size() > 1 && request.speed() != null) {
      throw TimeBound.invalid(
          "speed",
          "speed plays one query, and this UNION ALL is of " + parts.size() + ": play each");
    }
    List<@Nullable String> after = UnionTokens.parts(request.after(), parts.size());
    Instant now = clock.instant();
    List<Prepared> prepared = new ArrayList<>();
    for (Planned planned : parts) {
      prepared.add(prepare(planned, request, after.get(prepared.size()), now));
    }
    return prepared;
  }

  private Prepared prepare(
      Planned planned, QueryRequest request, @Nullable String after, Instant now) {
    QueryPlan plan = planned.plan();
    Manner manner =
        new Manner(
            request.sql(),
            changes(request.emit()),
            every(request, plan),
            overflow(request.overflow(), plan),
            replay(request));
    plan.requireFewWindows(settings.state().maxWindows());
    requireUnmarked(planned, request);
    ResumeToken token = after == null ? null : codec.read(after);
    if (token != null) {
      requireOf(token, planned.hash(), request);
    }
    Range range =
        token == null
            ? Range.of(request, plan, now)
            : token.isFinished() ? Range.NOTHING : Range.resumed(token, plan.lead());
    boolean total = plan.grouping() != null && plan.window() == null;
    if (total && plan.limit() != null && request.to() == null) {
      throw Problem.of(
              ProblemCode.QUERY_UNSUPPORTED,
              "LIMIT over a running total that never ends has no meaning: say to=now, or leave the LIMIT out")
          .toException();
    }
    CatalogStream stream = stream(plan.stream().name());
    if (!stream.definition().fields().equals(plan.stream().fields())) {
      throw changed(stream, "just now: ask anew");
    }
    if (token != null && token.question().generation() != stream.generation()) {
      throw changed(stream, "since the token was given: ask anew without one");
    }
    boolean past = token != null || range.endsAtPresent() || isPast(request.from());
    return new Prepared(planned, stream, manner, token, range, past, null, List.of());
  }

  /** Where rows may be early, no column of theirs says that they are taken back. */
  private static void requireUnmarked(Planned planned, QueryRequest request) {
    QueryPlan plan = planned.plan();
    boolean early =
        plan.grouping() != null
            && (plan.window() == null || request.to() != null || changes(request.emit()));
    if (early && planned.names().contains(RowEncoder.DELETED)) {
      throw TimeBound.invalid(
          "sql",
          RowEncoder.DELETED
              + " is the name of the member that takes early rows back: call the column something else");
    }
  }

  private Replay.@Nullable Wish replay(QueryRequest request) {
    Double speed = Replay.speed(request.speed());
    if (speed == null) {
      return null;
    }
    String from = request.from();
    boolean past =
        from != null
            && (from.equals("earliest")
                || TimeBound.instant("from", from, clock.instant()) < clock.millis());
    if (!past && request.after() == null) {
      throw TimeBound.invalid("speed", "speed plays what is past: give a from before now");
    }
    return new Replay.Wish(speed, replays.incrementAndGet());
  }

  /** Whoever has no early rows is no pace of its own. */
  private static long every(QueryRequest request, QueryPlan plan) {
    long every = TimeBound.every(request.every()).toMillis();
    boolean total = plan.grouping() != null && plan.window() == null;
    return total || changes(request.emit()) ? every : 0;
  }

  private static boolean isPast(@Nullable String from) {
    return from != null && !from.equals("now") && !from.equals("earliest");
  }

  CatalogStream stream(String name) {
    CatalogStream stream = streams.find(name);
    if (stream == null) {
      throw Problem.of(
              ProblemCode.STREAM_UNKNOWN,
              "there is no stream " + name + ": GET /v1/streams lists them")
          .toException();
    }
    return stream;
  }

  /**
   * A question is of the stream as it was when it was understood.
   *
   * @throws ProblemException STREAM_CHANGED, STREAM_UNKNOWN
   */
  void requireUnchanged(Prepared query) {
    CatalogStream stream = stream(query.plan().stream().name());
    if (stream.generation() != query.stream().generation()
        || stream.schemaId() != query.stream().schemaId()) {
      throw changed(stream, "just now: ask anew");
    }
    for (Join join : query.plan().joins()) {
      if (!join.table().equals(streams.findTable(join.table().name()))) {
        throw tableChanged(join.table().name(), " just now: ask anew");
      }
    }
  }

  private static ProblemException tableChanged(String table, String when) {
    return Problem.of(ProblemCode.STREAM_CHANGED, "the table " + table + " was changed" + when)
        .toException();
  }

  private static ProblemException changed(CatalogStream stream, String when) {
    return Problem.ofField(
            ProblemCode.STREAM_CHANGED,
            "after",
            "the stream " + stream.definition().name() + " was changed " + when)
        .toException();
  }

  /**
   * A token belongs to one plan, and to one {@code to} where that is not relative. What was said as
   * {@code from} is behind it.
   */
  private void requireOf(ResumeToken token, long plan, QueryRequest request) {
    long to = token.question().to();
    boolean sameEnd =
        request.to() == null
            ? to == Long.MAX_VALUE
            : TimeBound.isRelative(request.to())
                ? to != Long.MAX_VALUE
                : to == TimeBound.instant("to", request.to(), clock.instant());
    if (token.question().plan() != plan || !sameEnd) {
      throw Problem.ofField(
              ProblemCode.RESUME_TOKEN_INVALID,
              "after",
              "the resume token is of another query: send it with the same sql, to and fill, or"
                  + " ask anew without one")
          .toException();
    }
  }

  private static Overflow overflow(@Nullable String asked, QueryPlan plan) {
    Overflow overflow = Overflow.of(asked);
    if (overflow == Overflow.CONFLATE && plan.grouping() == null) {
      throw TimeBound.invalid(
          "overflow",
          "conflate keeps the newest row of each group, and this query has no GROUP BY: say buffer"
              + " or drop-oldest");
    }
    return overflow;
  }

  private static boolean changes(@Nullable String emit) {
    if (emit == null || emit.equals("final")) {
      return false;
    }
    if (emit.equals("changes")) {
      return true;
    }
    throw TimeBound.invalid("emit", "emit must be final or changes: was \"" + emit + "\"");
  }
}
