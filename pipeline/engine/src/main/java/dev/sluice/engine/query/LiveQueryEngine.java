package dev.sluice.engine.query;

import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.reference.References;
import dev.sluice.engine.resume.TokenCodec;
import dev.sluice.engine.sql.ReadRights;
import dev.sluice.engine.table.ViewRows;
import dev.sluice.engine.tail.Tail;
import dev.sluice.engine.tail.TailRing;
import dev.sluice.engine.tail.Tails;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private final Preparation preparation;
  private final TableQuestions tables;
  private final References references;
  private final QuerySettings settings;
  private final Clock clock;
  private final Tails tails;
  private final CatchUpReaders catchUp;
  private final QueryThreads threads;
  private final BufferMeters buffers;
  private final TokenCodec codec;
  private final Planning planning;
  private final Scheduler ticker = Schedulers.newSingle("sluice-query-clock", true);
  private final Disposable ticking;
  private final Feeds feeds;
  private final SharedFilters filters = new SharedFilters();

  /** One that answers everything from the log, and joins nothing. */
  public LiveQueryEngine(
      Streams streams,
      EventLog eventLog,
      TokenCodec codec,
      QuerySettings settings,
      Clock clock,
      Flow flow) {
    this(streams, eventLog, ViewRows.NONE, References.NONE, codec, settings, clock, flow);
  }

  /**
   * @param viewRows the tables of views, which answer what they can
   * @param references the tables that streams are joined with
   * @param codec of resume tokens, the same on all gateways
   * @param flow where its buffers are shown
   */
  public LiveQueryEngine(
      Streams streams,
      EventLog eventLog,
      ViewRows viewRows,
      References references,
      TokenCodec codec,
      QuerySettings settings,
      Clock clock,
      Flow flow) {
    this.codec = codec;
    this.settings = settings;
    this.clock = clock;
    preparation = new Preparation(streams, codec, settings, clock);
    tables = new TableQuestions(viewRows, eventLog);
    this.references = references;
    buffers = new BufferMeters(flow);
    int maxFeeds = settings.crowd().maxQueries();
    threads = new QueryThreads(settings.threads(), maxFeeds, this::onLeftTail, flow);
    tails = new Tails(eventLog, settings.tailCapacity(), settings.dedupeCapacity(), flow);
    feeds = new Feeds(tails, settings.crowd(), this::wakeIfLive);
    catchUp =
        new CatchUpReaders(
            settings.catchUpReaders(), 2 * maxFeeds, eventLog, threads::wake, feeds::remove, flow);
    planning = new Planning(flow);
    ticking = ticker.schedulePeriodically(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    new ChangedSources(streams, feeds).watch();
  }

  /** The streams' tails, as they are read now. */
  public Tails tails() {
    return tails;
  }

  /** Computations that there are. */
  int running() {
    return feeds.size();
  }

  /** What runs, to be looked at. */
  public RunningQueries runningQueries() {
    return feeds;
  }

  /** Plans something once, aside, so that nobody waits for the planner's first time. */
  public void warmUp() {
    planning.warmUp();
  }

  /** For who may read everything. */
  public Mono<LiveQuery> open(QueryRequest request) {
    return open(request, ReadRights.ALL);
  }

  @Override
  public Mono<LiveQuery> open(QueryRequest request, ReadRights rights) {
    String explained = Explanation.explained(request.sql());
    if (explained != null) {
      return planning.plan(() -> explain(request, explained, rights));
    }
    return planning
        .plan(() -> preparation.prepare(request, rights))
        .flatMap(
            parts ->
                Flux.fromIterable(parts)
                    .concatMap(part -> joining(part).flatMap(this::placed))
                    .collectList())
        .map(this::opened);
  }

  private LiveQuery opened(List<Prepared> parts) {
    return parts.size() == 1
        ? new Opened(parts.get(0), 1)
        : new UnionQuery(
            parts, codec, parts.stream().map(part -> new Opened(part, parts.size())).toList());
  }

  /** A question about a question; its token is that of its own end. */
  private LiveQuery explain(QueryRequest request, String sql, ReadRights rights) {
    List<Prepared> parts =
        preparation.prepare(
            new QueryRequest(
                sql,
                request.from(),
                request.to(),
                request.emit(),
                request.every(),
                null,
                null,
                request.filling(),
                null),
            rights);
    Tokens own = new Tokens(codec, Explanation.question(parts));
    boolean had =
        request.after() != null && codec.read(request.after()).question().equals(own.question());
    return new Explanation(
        Explanation.steps(
            parts,
            part ->
                Explaining.steps(
                    part,
                    feeds.of(part),
                    filters.has(part.stream(), FilterParts.of(part.plan()).before()))),
        own,
        had);
  }

  /** The same with the copies of the tables that it joins, once they are there. */
  private Mono<Prepared> joining(Prepared query) {
    if (query.finished() || query.plan().joins().isEmpty()) {
      return Mono.just(query);
    }
    return Flux.fromIterable(query.plan().joins())
        .concatMap(join -> references.open(join.table()))
        .collectList()
        .map(query::joining)
        .publishOn(planning.threads());
  }

  /**
   * Looks for the beginning of what is past, so that whoever asks for what has gone is told at
   * once. What fails otherwise is tried again by who reads.
   */
  private Mono<Prepared> placed(Prepared query) {
    if (query.finished() || !query.past() || feeds.serve(query)) {
      return Mono.just(query);
    }
    return tables
        .placed(query)
        .switchIfEmpty(
            catchUp.ask(query.stream(), reader -> new Beginning(query, clock, reader).known()))
        .publishOn(planning.threads())
        .onErrorResume(LiveQueryEngine::mayPass, failure -> Mono.just(query));
  }

  private static boolean mayPass(Throwable failure) {
    return !(failure instanceof ProblemException problem
        && problem.problem().code() == ProblemCode.POSITION_EXPIRED);
  }

  @Override
  public Mono<Map<Integer, Long>> watermarks(String name) {
    return Mono.usingWhen(
        Mono.fromCallable(() -> tails.acquire(preparation.stream(name))),
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

  // ---- subscribing ----

  private void subscribe(
      Opened opened,
      QueryEvent.Format format,
      LongSupplier outbound,
      CoreSubscriber<? super QueryEvent> downstream) {
    Prepared query = opened.query;
    preparation.requireUnchanged(query);
    if (query.finished()) {
      Flux.<QueryEvent>empty().subscribe(downstream);
      return;
    }
    Tokens tokens = new Tokens(codec, query.question());
    Subscriber subscriber =
        new Subscriber(
            new Subscriber.Wants(
                format,
                query.planned().encoder(),
                query.manner().overflow(),
                outbound,
                query.had(),
                query.left(),
                query.manner().everyMs()),
            tokens,
            settings.subscriberCapacity() / opened.parts,
            buffers,
            downstream,
            this::onRoom,
            feeds::leave);
    opened.subscriber = subscriber;
    Feed begun = feeds.add(subscriber, query, () -> feed(query, tokens));
    subscriber.opened();
    if (begun == null) {
      // The feed that it has joined may wait for its subscribers: now one has room.
      onRoom(subscriber);
    } else {
      begun.past().begin(() -> catchUp.submit(begun));
    }
  }

  private Feed feed(Prepared query, Tokens tokens) {
    Range range = query.range();
    Computation computation =
        new Computation(
            query.plan(),
            query.stream(),
            new Intake(
                query.plan(),
                filters.of(query.stream(), FilterParts.of(query.plan()).before()),
                query.tables()),
            Operator.of(query.plan(), query.manner().changes(), range.bounded()),
            tokens,
            settings.state());
    boolean pastOnly = range.endsAtPresent() && range.start() != Range.Start.OWN_WATERMARK;
    Tail tail = pastOnly ? null : tails.acquire(query.stream());
    return new Feed(
        computation,
        query,
        tables.read(query),
        tail,
        settings.dedupeCapacity(),
        clock,
        feeds::merge);
  }

  private void onRoom(Subscriber subscriber) {
    Feed feed = subscriber.feed();
    if (feed != null && feed.unpark()) {
      catchUp.submit(feed);
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
      feeds.remove(feed);
    } else {
      catchUp.submit(feed);
    }
  }

  private void tick() {
    long now = clock.millis();
    for (Feed feed : feeds.all()) {
      if (feed.isLive() && feed.computation().isDue(now)) {
        threads.wake(feed);
      }
    }
  }

  @Override
  public void close() {
    ticking.dispose();
    ticker.dispose();
    planning.close();
    threads.close();
    catchUp.close();
    tails.close();
  }

  private final class Opened implements LiveQuery {
    private final Prepared query;
    private final int parts;
    private volatile @Nullable Subscriber subscriber;

    /**
     * @param parts of the answer, all of which one subscriber's room is for
     */
    Opened(Prepared query, int parts) {
      this.query = query;
      this.parts = parts;
    }

    @Override
    public List<OutputColumn> columns() {
      return query.columns();
    }

    @Override
    public boolean bounded() {
      return query.bounded();
    }

    @Override
    public boolean finished() {
      return query.finished();
    }

    @Override
    public long stateBytes() {
      Subscriber reading = subscriber;
      Feed feed = reading == null ? null : reading.feed();
      return feed == null ? 0 : feed.computation().stateBytes();
    }

    @Override
    public Flux<QueryEvent> events(QueryEvent.Format format, LongSupplier outbound) {
      return new Flux<>() {
        @Override
        public void subscribe(CoreSubscriber<? super QueryEvent> downstream) {
          try {
            LiveQueryEngine.this.subscribe(Opened.this, format, outbound, downstream);
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
