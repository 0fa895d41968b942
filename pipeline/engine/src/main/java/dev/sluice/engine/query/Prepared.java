package dev.sluice.engine.query;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.plan.Window;
import dev.sluice.engine.query.LiveQuery.OutputColumn;
import dev.sluice.engine.query.Plans.Planned;
import dev.sluice.engine.reference.TableCopy;
import dev.sluice.engine.resume.Place;
import dev.sluice.engine.resume.Place.InLog;
import dev.sluice.engine.resume.Place.InSessions;
import dev.sluice.engine.resume.Place.InWindow;
import dev.sluice.engine.resume.ResumeToken;
import dev.sluice.engine.resume.ResumeToken.Question;
import dev.sluice.model.stream.FieldType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question that was understood.
 *
 * @param token where to go on; null: at the beginning
 * @param range what is to be read, or what the token leaves of it
 * @param past whether that begins where the log may not reach back to any more, or ends where it
 *     ends now
 * @param found where it begins; null if it was not looked for yet
 * @param tables that it joins, in its order, once they are there
 */
record Prepared(
    Planned planned,
    CatalogStream stream,
    Manner manner,
    @Nullable ResumeToken token,
    Range range,
    boolean past,
    Beginning.@Nullable Found found,
    List<TableCopy> tables) {

  /**
   * How it was asked, and how rows are sent.
   *
   * @param changes whether early rows are
   * @param everyMs least time between two early rows of a group
   * @param replay how it is played; null if it is read as fast as can be
   */
  record Manner(
      String sql, boolean changes, long everyMs, Overflow overflow, Replay.@Nullable Wish replay) {}

  QueryPlan plan() {
    return planned.plan();
  }

  boolean finished() {
    return token != null && token.isFinished();
  }

  boolean bounded() {
    return range.bounded() || plan().limit() != null;
  }

  /**
   * The same with what is known of it by now.
   *
   * @param ends null if it does not end at the present
   */
  Prepared at(@Nullable List<Long> ends, Beginning.@Nullable Found beginning) {
    Range known = ends == null ? range : range.endingAt(ends);
    return new Prepared(planned, stream, manner, token, known, past, beginning, tables);
  }

  /** The same with what it joins. */
  Prepared joining(List<TableCopy> copies) {
    return new Prepared(planned, stream, manner, token, range, past, found, List.copyOf(copies));
  }

  Question question() {
    if (token != null && token.isFinished()) {
      return token.question();
    }
    return new Question(
        planned.hash(), stream.generation(), range.to(), range.endsAtPresent(), range.ends());
  }

  /** How it is played; null if it is read as fast as can be. */
  @Nullable Replay replay() {
    Replay.Wish wish = manner.replay;
    return wish == null ? null : new Replay(wish.speed(), replayFrom());
  }

  private long replayFrom() {
    Place place = token == null ? null : token.place();
    if (place instanceof InSessions sessions && sessions.end() != Long.MIN_VALUE) {
      return sessions.end();
    }
    return place instanceof InLog log
        ? Arrays.stream(log.at().watermarks())
            .filter(w -> w != Long.MIN_VALUE)
            .min()
            .orElse(log.from())
        : range.first();
  }

  /** Feeds of equal keys compute the same rows, each from where it has begun. */
  String key() {
    return question()
        + "|"
        // Columns are places among the fields, which another schema may have elsewhere.
        + stream.schemaId()
        + "|"
        + planned.digest()
        + "|"
        + manner.changes
        + (manner.replay == null ? "" : "|" + manner.replay);
  }

  /** What its subscriber has had; null: nothing that would come. */
  @Nullable Place had() {
    if (token != null) {
      return token.place();
    }
    // Windows that begin before a query's own time are not for it; sessions see to it otherwise.
    Window window = plan().window();
    boolean aligned = window != null && !(window instanceof Session);
    return aligned && range.start() == Range.Start.TIME ? new InWindow(range.first(), 0) : null;
  }

  /** Rows that its subscriber may still have; {@link Tokens#NO_LIMIT} without LIMIT. */
  long left() {
    if (token != null) {
      return token.left();
    }
    Long limit = plan().limit();
    return limit == null ? Tokens.NO_LIMIT : limit;
  }

  List<OutputColumn> columns() {
    List<OutputColumn> columns = new ArrayList<>();
    List<String> names = planned.names();
    for (int i = 0; i < names.size(); i++) {
      columns.add(new OutputColumn(names.get(i), plan().output().get(i).type()));
    }
    if (plan().fill() != null) {
      columns.add(new OutputColumn(RowEncoder.FILLED, FieldType.BOOLEAN));
    }
    return columns;
  }
}
