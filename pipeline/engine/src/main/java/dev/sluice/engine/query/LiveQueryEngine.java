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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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
  private final Scheduler planning =
      Schedulers.newBoundedElastic(PLANNERS, PLANS_WAITING, "sluice-plan", 60, true);
  private final Scheduler ticker = Schedulers.newSingle("sluice-query-clock", true);
  private final Disposable ticking;
  private final Map<Feed, Runnable> running = new ConcurrentHashMap<>();
  private final Map<String, Feed> shared = new HashMap<>();

  public LiveQueryEngine(
      Streams streams,
      EventLog eventLog,
      QuerySettings settings,
      Clock clock,
      MeterRegistry meters) {
    this.streams = streams;
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
    QueryPlan plan = query.plan();
    requireFewWindows(plan);
    Range range = Range.of(request, plan, clock.instant());
    boolean total = plan.grouping() != null && plan.grouping().window() == null;
    if (total && plan.limit() != null && !range.bounded()) {
      throw Problem.of(
              ProblemCode.QUERY_UNSUPPORTED,
              "LIMIT over a running total that never ends has no meaning: say to=now, or leave the LIMIT out")
          .toException();
    }
    return new Prepared(request, query, changes, every);
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
      Prepared query, QueryEvent.Format format, CoreSubscriber<? super QueryEvent> downstream) {
    Instant now = clock.instant();
    QueryPlan plan = query.query.plan();
    Range range = Range.of(query.request, plan, now);
    CatalogStream stream = stream(plan.stream().name());
    String key = key(query, range, stream);
    Feed known = shared.get(key);
    if (known != null) {
      Subscriber subscriber = subscriber(query, range, format, downstream, known);
      if (known.add(subscriber, range.fromNow(query.request.from()))) {
        subscriber.opened();
        // It may wait for its subscribers: now one has room.
        onRoom(known);
        return;
      }
    }
    Feed feed = begin(query, range, stream, key);
    Subscriber subscriber = subscriber(query, range, format, downstream, feed);
    feed.add(subscriber, true);
    subscriber.opened();
    catchUp.submit(feed);
  }

  private Subscriber subscriber(
      Prepared query,
      Range range,
      QueryEvent.Format format,
      CoreSubscriber<? super QueryEvent> downstream,
      Feed feed) {
    QueryPlan plan = query.query.plan();
    return new Subscriber(
        format,
        query.encoder,
        range.start() == Range.Start.TIME ? range.from() + lead(plan) : Long.MIN_VALUE,
        plan.limit() == null ? Long.MAX_VALUE : plan.limit(),
        settings.subscriberCapacity(),
        buffers,
        downstream,
        room -> onRoom(feed),
        gone -> unsubscribe(feed, gone));
  }

  private static long lead(QueryPlan plan) {
    Window window = plan.window();
    return window == null ? 0 : window.lead();
  }

  private Feed begin(Prepared query, Range range, CatalogStream stream, String key) {
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
            range.to(),
            query.every.toMillis(),
            settings.state());
    boolean pastOnly =
        range.endsAtPresent()
            && (range.start() == Range.Start.TIME || range.start() == Range.Start.EARLIEST);
    Tail tail = pastOnly ? null : tails.acquire(stream);
    Feed feed = new Feed(computation, range, tail, settings.dedupeCapacity(), clock);
    Runnable follower = () -> wakeIfLive(feed);
    if (tail != null) {
      tail.follow(follower);
    }
    running.put(feed, follower);
    shared.put(key, feed);
    return feed;
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

  /**
   * Equal keys may share a computation. A running total depends on when it began, so it is shared
   * only by its start.
   */
  private static String key(Prepared query, Range range, CatalogStream stream) {
    QueryPlan plan = query.query.plan();
    boolean total = plan.grouping() != null && plan.grouping().window() == null;
    boolean now = range.fromNow(query.request.from()) && !total;
    return stream.generation()
        + "|"
        + plan.digest()
        + "|"
        + query.changes
        + "|"
        + query.every
        + "|"
        + (now ? "now" : range);
  }

  private void onRoom(Feed feed) {
    if (feed.unpark()) {
      catchUp.submit(feed);
    }
  }

  private synchronized void unsubscribe(Feed feed, Subscriber subscriber) {
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
    shared.values().remove(feed);
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
    private final RowEncoder encoder;

    Prepared(QueryRequest request, PreparedQuery query, boolean changes, Duration every) {
      this.request = request;
      this.query = query;
      this.changes = changes;
      this.every = every;
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
    public Flux<QueryEvent> events(QueryEvent.Format format) {
      return new Flux<>() {
        @Override
        public void subscribe(CoreSubscriber<? super QueryEvent> downstream) {
          try {
            LiveQueryEngine.this.subscribe(Prepared.this, format, downstream);
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
