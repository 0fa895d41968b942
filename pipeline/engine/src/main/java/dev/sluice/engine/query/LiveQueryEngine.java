package dev.sluice.engine.query;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.plan.Hop;
import dev.sluice.engine.plan.PreparedQuery;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.plan.Tumble;
import dev.sluice.engine.plan.Window;
import dev.sluice.engine.resume.Place;
import dev.sluice.engine.resume.Place.InWindow;
import dev.sluice.engine.resume.ResumeToken;
import dev.sluice.engine.resume.ResumeToken.Question;
import dev.sluice.engine.resume.TokenCodec;
import dev.sluice.engine.sql.SqlPlanner;
import dev.sluice.engine.tail.Tail;
import dev.sluice.engine.tail.TailRing;
import dev.sluice.engine.tail.Tails;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Runs queries: one computation for all that are equal, and a feed for each. */
public final class LiveQueryEngine implements LiveQueries, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LiveQueryEngine.class);
  private static final long TICK_MS = 50;
  private static final int PLANNERS = 2;
  private static final int PLANS_WAITING = 1_000;

  private final Streams streams;
  private final SqlPlanner planner;
  private final QuerySettings settings;
  private final Clock clock;
  private final Tails tails;
  private final CatchUpReaders catchUp;
  private final QueryThreads threads;
  private final BufferMeters buffers;
  private final TokenCodec codec;
  private final Scheduler planning =
      Schedulers.newBoundedElastic(PLANNERS, PLANS_WAITING, "sluice-plan", 60, true);
  private final Scheduler ticker = Schedulers.newSingle("sluice-query-clock", true);
  private final Disposable ticking;
  private final Map<Feed, Runnable> running = new ConcurrentHashMap<>();
  private final Map<String, List<Feed>> families = new HashMap<>();

  /**
   * @param codec of resume tokens, the same on all gateways
   */
  public LiveQueryEngine(
      Streams streams,
      EventLog eventLog,
      TokenCodec codec,
      QuerySettings settings,
      Clock clock,
      MeterRegistry meters) {
    this.streams = streams;
    this.codec = codec;
    this.settings = settings;
    this.clock = clock;
    planner = new SqlPlanner(streams, settings.state().maxListValues());
    tails = new Tails(eventLog, settings.tailCapacity(), settings.dedupeCapacity(), meters);
    buffers = new BufferMeters(meters);
    threads = new QueryThreads(settings.threads(), this::onLeftTail);
    catchUp =
        new CatchUpReaders(
            settings.catchUpReaders(),
            2 * settings.maxQueries(),
            eventLog,
            threads::wake,
            this::remove);
    ticking = ticker.schedulePeriodically(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    streams.onChange(this::onStreamChange);
  }

  /** The streams' tails, as they are read now. */
  public Tails tails() {
    return tails;
  }

  /** Computations that there are. */
  int running() {
    return running.size();
  }

  /** Plans something once, aside, so that nobody waits for the planner's first time. */
  public void warmUp() {
    planning.schedule(SqlPlanner::warmUp);
  }

  @Override
  public Mono<LiveQuery> open(QueryRequest request) {
    return Mono.fromCallable(() -> prepare(request)).subscribeOn(planning);
  }

  private LiveQuery prepare(QueryRequest request) {
    PreparedQuery query = planner.plan(request.sql());
    boolean changes = changes(request.emit());
    Duration every = TimeBound.every(request.every());
    Overflow overflow = Overflow.of(request.overflow());
    QueryPlan plan = query.plan();
    if (overflow == Overflow.CONFLATE && plan.grouping() == null) {
      throw TimeBound.invalid(
          "overflow",
          "conflate keeps the newest row of each group, and this query has no GROUP BY: say buffer"
              + " or drop-oldest");
    }
    requireFewWindows(plan);
    ResumeToken token = request.after() == null ? null : codec.read(request.after());
    long hash = TokenCodec.hash(plan.digest());
    if (token == null) {
      Range.of(request, plan, clock.instant());
    } else {
      requireOf(token, hash, request);
    }
    boolean total = plan.grouping() != null && plan.grouping().window() == null;
    if (total && plan.limit() != null && request.to() == null) {
      throw Problem.of(
              ProblemCode.QUERY_UNSUPPORTED,
              "LIMIT over a running total that never ends has no meaning: say to=now, or leave the LIMIT out")
          .toException();
    }
    Prepared prepared = new Prepared(request, query, changes, every, overflow, hash, token);
    requireUnchanged(prepared, stream(plan.stream().name()));
    return prepared;
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
              "the resume token is of another query: send it with the same sql and to, or ask anew"
                  + " without one")
          .toException();
    }
  }

  private static void requireUnchanged(Prepared query, CatalogStream stream) {
    ResumeToken token = query.token;
    if (token != null && token.question().generation() != stream.generation()) {
      throw Problem.ofField(
              ProblemCode.STREAM_CHANGED,
              "after",
              "the stream "
                  + stream.definition().name()
                  + " was changed since the token was given: ask anew without one")
          .toException();
    }
  }

  private void requireFewWindows(QueryPlan plan) {
    Window window = plan.window();
    int most = settings.state().maxWindows();
    if (window != null && window.windowsPerEvent() > most) {
      throw Problem.of(
              ProblemCode.QUERY_WINDOW_LIMIT,
              "every event would be in "
                  + window.windowsPerEvent()
                  + " windows, at most "
                  + most
                  + " are allowed: use a longer slide, or raise sluice.query.max-windows")
          .toException();
    }
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

  @Override
  public Mono<Map<Integer, Long>> watermarks(String name) {
    return Mono.usingWhen(
        Mono.fromCallable(() -> tails.acquire(stream(name))),
        tail ->
            Mono.fromCallable(() -> tail.ring().head())
                .repeatWhenEmpty(tries -> tries.delayElements(Duration.ofMillis(20)))
                .timeout(
                    Duration.ofSeconds(10),
                    Mono.error(
                        () ->
                            Problem.of(
                                    ProblemCode.LOG_UNAVAILABLE,
                                    "the end of "
                                        + name
                                        + " was not read within 10 s: try again later")
                                .toException()))
                .map(LiveQueryEngine::watermarks),
        tail -> Mono.fromRunnable(() -> tails.release(tail)));
  }

  private static Map<Integer, Long> watermarks(TailRing.Head head) {
    Map<Integer, Long> watermarks = new HashMap<>();
    for (int p = 0; p < head.watermarks().length; p++) {
      watermarks.put(p, head.watermarks()[p]);
    }
    return watermarks;
  }

  private CatalogStream stream(String name) {
    CatalogStream stream = streams.find(name);
    if (stream == null) {
      throw Problem.of(
              ProblemCode.STREAM_UNKNOWN,
              "there is no stream " + name + ": GET /v1/streams lists them")
          .toException();
    }
    return stream;
  }

  // ---- subscribing ----

  private synchronized void subscribe(
      Prepared query,
      QueryEvent.Format format,
      LongSupplier outbound,
      CoreSubscriber<? super QueryEvent> downstream) {
    QueryPlan plan = query.query.plan();
    CatalogStream stream = stream(plan.stream().name());
    requireUnchanged(query, stream);
    ResumeToken token = query.token;
    if (token != null && token.isFinished()) {
      Flux.<QueryEvent>empty().subscribe(downstream);
      return;
    }
    Range range =
        token == null ? Range.of(query.request, plan, clock.instant()) : Range.resumed(token);
    Place had = token == null ? first(range, plan) : token.place();
    long limit = plan.limit() == null ? Tokens.NO_LIMIT : plan.limit();
    Tokens tokens =
        new Tokens(
            codec,
            new Question(query.hash, stream.generation(), range.to(), range.endsAtPresent()));
    Subscriber subscriber =
        new Subscriber(
            new Subscriber.Wants(
                format,
                query.encoder,
                query.overflow,
                outbound,
                had,
                token == null ? limit : token.left()),
            tokens,
            settings.subscriberCapacity(),
            buffers,
            downstream,
            this::onRoom,
            this::unsubscribe);
    String key = key(query, tokens.question());
    for (Feed feed : families.getOrDefault(key, List.of())) {
      if (feed.join(subscriber, range, had)) {
        subscriber.opened();
        // It may wait for its subscribers: now one has room.
        onRoom(subscriber);
        return;
      }
    }
    Feed feed = begin(query, range, stream, tokens, key);
    feed.add(subscriber);
    subscriber.opened();
    catchUp.submit(feed);
  }

  /** Windows that begin before a query's own time are not for it; sessions see to it otherwise. */
  private static @Nullable Place first(Range range, QueryPlan plan) {
    Window window = plan.window();
    boolean aligned = window != null && !(window instanceof Session);
    return aligned && range.start() == Range.Start.TIME ? new InWindow(range.from(), 0) : null;
  }

  private Feed begin(Prepared query, Range range, CatalogStream stream, Tokens tokens, String key) {
    if (running.size() >= settings.maxQueries()) {
      throw Problem.of(
              ProblemCode.QUERY_LIMIT,
              "already "
                  + running.size()
                  + " different queries run: end one, or raise sluice.query.max-queries")
          .toException();
    }
    QueryPlan plan = query.query.plan();
    Computation computation =
        new Computation(
            plan,
            stream,
            operator(plan, query.changes, range.bounded()),
            tokens,
            query.every.toMillis(),
            settings.state());
    boolean pastOnly =
        range.endsAtPresent()
            && range.start() != Range.Start.TAIL
            && range.start() != Range.Start.OWN_WATERMARK;
    Tail tail = pastOnly ? null : tails.acquire(stream);
    boolean resumed = query.token != null;
    Feed feed =
        new Feed(computation, range, resumed, tail, settings.dedupeCapacity(), clock, this::merge);
    Runnable follower = () -> wakeIfLive(feed);
    if (tail != null) {
      tail.follow(follower);
    }
    running.put(feed, follower);
    List<Feed> family = families.computeIfAbsent(key, k -> new ArrayList<>());
    family.add(feed);
    family.forEach(kin -> kin.hasKin(family.size() > 1));
    return feed;
  }

  /**
   * Lets another feed that computes the same take over the subscribers of this one, in its turn.
   */
  private synchronized void merge(Feed feed) {
    for (List<Feed> family : families.values()) {
      if (family.contains(feed)) {
        if (family.stream().anyMatch(kin -> kin != feed && kin.adopt(feed))) {
          remove(feed);
        }
        return;
      }
    }
  }

  static Operator operator(QueryPlan plan, boolean changes, boolean bounded) {
    Grouping grouping = plan.grouping();
    if (grouping == null) {
      return new FilterOperator(plan);
    }
    Window window = grouping.window();
    if (window == null) {
      return new TotalOperator(plan, grouping, changes || !bounded);
    }
    if (window instanceof Tumble tumble) {
      return new WindowOperator(plan, grouping, tumble, changes);
    }
    return window instanceof Hop hop
        ? new HopOperator(plan, grouping, hop, changes)
        : new SessionOperator(plan, grouping, (Session) window, changes);
  }

  /** Feeds of equal keys compute the same rows, each from where it has begun. */
  private static String key(Prepared query, Question question) {
    return question + "|" + query.query.plan().digest() + "|" + query.changes + "|" + query.every;
  }

  private void onRoom(Subscriber subscriber) {
    Feed feed = subscriber.feed();
    if (feed != null && feed.unpark()) {
      catchUp.submit(feed);
    }
  }

  private synchronized void unsubscribe(Subscriber subscriber) {
    Feed feed = subscriber.feed();
    if (feed == null) {
      return;
    }
    feed.computation().subscribers().remove(subscriber);
    if (feed.computation().subscribers().isEmpty()) {
      remove(feed);
    }
  }

  private synchronized void remove(Feed feed) {
    feed.close();
    Runnable follower = running.remove(feed);
    if (follower == null) {
      return;
    }
    families
        .values()
        .removeIf(
            family -> {
              if (family.remove(feed)) {
                family.forEach(kin -> kin.hasKin(family.size() > 1));
              }
              return family.isEmpty();
            });
    Tail tail = feed.tail();
    if (tail != null) {
      tail.unfollow(follower);
      tails.release(tail);
    }
  }

  // ---- running ----

  private void wakeIfLive(Feed feed) {
    if (feed.isLive()) {
      threads.wake(feed);
    }
  }

  private void onLeftTail(Feed feed) {
    if (feed.computation().finished() || feed.computation().subscribers().isEmpty()) {
      remove(feed);
    } else {
      catchUp.submit(feed);
    }
  }

  private void tick() {
    long now = clock.millis();
    for (Feed feed : running.keySet()) {
      if (feed.isLive() && feed.computation().isDue(now)) {
        threads.wake(feed);
      }
    }
  }

  private void onStreamChange(String name) {
    CatalogStream current = streams.find(name);
    for (Feed feed : new ArrayList<>(running.keySet())) {
      CatalogStream read = feed.computation().stream();
      if (read.definition().name().equals(name)
          && (current == null || current.generation() != read.generation())) {
        ProblemCode code =
            current == null ? ProblemCode.STREAM_DELETED : ProblemCode.STREAM_CHANGED;
        feed.end(
            Problem.of(
                code,
                "the stream "
                    + name
                    + (current == null ? " was deleted" : " was changed: ask again")));
        remove(feed);
      }
    }
  }

  @Override
  public void close() {
    ticking.dispose();
    ticker.dispose();
    planning.dispose();
    threads.close();
    catchUp.close();
    tails.close();
  }

  private final class Prepared implements LiveQuery {
    private final QueryRequest request;
    private final PreparedQuery query;
    private final boolean changes;
    private final Duration every;
    private final Overflow overflow;
    private final long hash;
    private final @Nullable ResumeToken token;
    private final RowEncoder encoder;

    Prepared(
        QueryRequest request,
        PreparedQuery query,
        boolean changes,
        Duration every,
        Overflow overflow,
        long hash,
        @Nullable ResumeToken token) {
      this.request = request;
      this.query = query;
      this.changes = changes;
      this.every = every;
      this.overflow = overflow;
      this.hash = hash;
      this.token = token;
      this.encoder = new RowEncoder(query.names());
    }

    @Override
    public List<OutputColumn> columns() {
      List<OutputColumn> columns = new ArrayList<>();
      for (int i = 0; i < query.names().size(); i++) {
        columns.add(new OutputColumn(query.names().get(i), query.plan().output().get(i).type()));
      }
      return columns;
    }

    @Override
    public boolean bounded() {
      return request.to() != null || query.plan().limit() != null;
    }

    @Override
    public boolean finished() {
      return token != null && token.isFinished();
    }

    @Override
    public Flux<QueryEvent> events(QueryEvent.Format format, LongSupplier outbound) {
      return new Flux<>() {
        @Override
        public void subscribe(CoreSubscriber<? super QueryEvent> downstream) {
          try {
            LiveQueryEngine.this.subscribe(Prepared.this, format, outbound, downstream);
          } catch (ProblemException e) {
            Flux.just(QueryEvent.error(e.problem())).subscribe(downstream);
          } catch (RuntimeException e) {
            log.error("Query could not begin plan={}", query.plan().digest(), e);
            Flux.just(QueryEvent.error(Feed.internal())).subscribe(downstream);
          }
        }
      };
    }
  }
}
