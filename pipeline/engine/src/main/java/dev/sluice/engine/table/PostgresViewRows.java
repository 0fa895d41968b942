package dev.sluice.engine.table;

import dev.sluice.engine.catalog.CatalogSettings;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.PostgresConnections;
import dev.sluice.engine.catalog.Views;
import dev.sluice.engine.flow.Buffer;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Stage;
import dev.sluice.model.event.EventBatch;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.api.PostgresTransactionDefinition;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Reads views' tables by connections of its own, each for one question: how far the table goes and
 * its rows are of one snapshot. Whoever stops taking rows loses the connection.
 */
public final class PostgresViewRows implements ViewRows, AutoCloseable {
  private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration LONGEST_LEFT = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private static final String EXTENT =
      "SELECT o.partition::bigint, greatest(o.next, t.whole[o.partition + 1]), o.watermark,"
          + " t.replaces, t.exact, t.whole_from, coalesce(t.whole[o.partition + 1], 0)"
          + " FROM sluice.view_offsets o JOIN sluice.view_tables t USING (generation)"
          + " WHERE generation = $1 AND t.built ORDER BY o.partition";

  private static final PostgresTransactionDefinition SNAPSHOT =
      PostgresTransactionDefinition.from(IsolationLevel.REPEATABLE_READ).readOnly();

  private final ConnectionPool pool;
  private final Duration timeout;
  private final Predicate<CatalogStream> isTabled;
  private final Set<TableReading> open = ConcurrentHashMap.newKeySet();
  private final Disposable looking;
  private final Flow.Registration shown;

  /**
   * Connects when it is asked.
   *
   * @param connections most at a time, 1 to 64; who comes on top waits for the settings' timeout
   * @param isTabled whether the catalog has a stream as a view with a table; never waits
   */
  public PostgresViewRows(
      CatalogSettings settings, int connections, Predicate<CatalogStream> isTabled, Flow flow) {
    if (connections < 1 || connections > 64) {
      throw new IllegalArgumentException(
          "sluice.postgres.query-connections must be 1..64: was " + connections);
    }
    this.pool = PostgresConnections.pool(settings, "views", connections, STATEMENT_TIMEOUT);
    this.timeout = settings.timeout();
    this.isTabled = isTabled;
    this.looking =
        Schedulers.parallel()
            .schedulePeriodically(
                () -> open.forEach(reading -> reading.endIfLeft(LONGEST_LEFT)),
                LOOK_EVERY.toMillis(),
                LOOK_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
    this.shown =
        flow.add(
            new Buffer(
                Label.of(Stage.CATCH_UP, "view-tables"),
                new Buffer.Room("tables being read", open::size, connections),
                "waits for a connection, then reads the log"));
  }

  /** Whether a catalog has a stream as a view with a table. */
  public static Predicate<CatalogStream> tabled(Views views) {
    return stream -> {
      CatalogView view = views.findView(stream.definition().name());
      return view != null && view.generation() == stream.generation() && view.definition().table();
    };
  }

  @Override
  public boolean has(CatalogStream stream) {
    return isTabled.test(stream);
  }

  @Override
  public Mono<Boolean> reaches(Wanted wanted) {
    return inSnapshot(
            connection ->
                parts(connection, wanted.stream().generation())
                    .map(parts -> haveAll(parts, wanted))
                    .flux())
        .single()
        .onErrorReturn(false);
  }

  @Override
  public Reading read(Wanted wanted) {
    TableReading reading =
        new TableReading(
            onExtent -> inSnapshot(connection -> rows(connection, wanted, onExtent)), open::remove);
    open.add(reading);
    return reading;
  }

  private <T> Flux<T> inSnapshot(Function<Connection, Flux<T>> work) {
    return Flux.usingWhen(
        pool.create(),
        connection ->
            bounded(connection.beginTransaction(SNAPSHOT))
                .thenMany(Flux.defer(() -> work.apply(connection))),
        this::end,
        (connection, failure) -> end(connection),
        this::end);
  }

  private Flux<List<EventBatch>> rows(
      Connection connection, Wanted wanted, Consumer<Extent> onExtent) {
    return lock(connection, wanted.stream().definition().name())
        .then(Mono.defer(() -> parts(connection, wanted.stream().generation())))
        .onErrorResume(R2dbcBadGrammarException.class, missing -> Mono.empty())
        .flatMapMany(
            parts -> {
              if (!haveAll(parts, wanted)) {
                return Flux.empty();
              }
              onExtent.accept(
                  new Extent(
                      parts.stream().mapToLong(Part::next).toArray(),
                      parts.stream().mapToLong(Part::whole).toArray(),
                      parts.get(0).replaces()));
              return batches(connection, wanted, parts);
            });
  }

  /** Whether they are all there, and what of the log they have lost is not asked for. */
  private static boolean haveAll(List<Part> parts, Wanted wanted) {
    if (parts.size() != wanted.stream().definition().storage().partitions()
        || !parts.stream().allMatch(Part::exact)) {
      return false;
    }
    return wanted.earliest()
        || parts.get(0).wholeFrom() <= wanted.from()
        || IntStream.range(0, parts.size())
            .allMatch(p -> parts.get(p).whole() <= wanted.offsets()[p]);
  }

  /**
   * The table of a name may give way to another one: what is read from here on is of what has the
   * name now, as a transaction sees nothing before its first statement that reads.
   */
  private Mono<Void> lock(Connection connection, String view) {
    return Flux.from(
            connection
                .createStatement("LOCK TABLE " + Identifiers.table(view) + " IN ACCESS SHARE MODE")
                .execute())
        .concatMap(Result::getRowsUpdated, 1)
        .timeout(timeout)
        .then();
  }

  /**
   * How far the table has one partition.
   *
   * @param exact whether the table has everything as the topic has it, but for what is too old
   * @param wholeFrom event time from which on the table has everything, ms of the epoch
   * @param whole offset from which on it has everything of the partition
   */
  private record Part(
      long next, long watermark, boolean replaces, boolean exact, long wholeFrom, long whole) {}

  private Mono<List<Part>> parts(Connection connection, long generation) {
    return Flux.from(connection.createStatement(EXTENT).bind(0, generation).execute())
        .concatMap(result -> result.map(PostgresViewRows::part), 1)
        .collectList()
        .timeout(timeout);
  }

  private static Part part(Readable row) {
    return new Part(
        Objects.requireNonNull(row.get(1, Long.class)),
        timeOrLeast(row, 2),
        Boolean.TRUE.equals(row.get(3, Boolean.class)),
        Boolean.TRUE.equals(row.get(4, Boolean.class)),
        timeOrLeast(row, 5),
        Objects.requireNonNull(row.get(6, Long.class)));
  }

  private static long timeOrLeast(Readable row, int column) {
    Long time = row.get(column, Long.class);
    return time == null ? Long.MIN_VALUE : time;
  }

  private static Flux<List<EventBatch>> batches(
      Connection connection, Wanted wanted, List<Part> parts) {
    Pushdown question = new Pushdown(wanted);
    RowBatches batches = new RowBatches(wanted.stream().definition().fields(), wanted.offsets());
    Statement statement =
        question.bindTo(connection.createStatement(question.sql())).fetchSize(RowBatches.MAX_ROWS);
    return Flux.from(statement.execute())
        .concatMap(result -> result.map(batches::read), 1)
        .<List<EventBatch>>handle(
            (row, sink) -> {
              EventBatch full = batches.add(row);
              if (full != null) {
                sink.next(List.of(full));
              }
            })
        .concatWith(Mono.fromSupplier(() -> last(batches, parts)));
  }

  private static List<EventBatch> last(RowBatches batches, List<Part> parts) {
    List<EventBatch> last = new ArrayList<>();
    EventBatch rest = batches.batch();
    if (rest != null) {
      last.add(rest);
    }
    for (int p = 0; p < parts.size(); p++) {
      last.add(batches.end(p, parts.get(p).next(), parts.get(p).watermark()));
    }
    return last;
  }

  private Mono<Void> end(Connection connection) {
    return bounded(connection.rollbackTransaction())
        .onErrorComplete()
        .then(bounded(connection.close()).onErrorComplete());
  }

  private Mono<Void> bounded(Publisher<Void> step) {
    return Mono.from(step).timeout(timeout);
  }

  @Override
  public void close() {
    looking.dispose();
    open.forEach(TableReading::close);
    pool.dispose();
    shown.close();
  }
}
