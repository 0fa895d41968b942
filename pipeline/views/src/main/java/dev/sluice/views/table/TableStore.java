package dev.sluice.views.table;

import dev.sluice.engine.table.PostgresTimes;
import dev.sluice.model.event.EventBatch;
import dev.sluice.views.table.TableDefinition.Owner;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What is done to views' tables, each method in one transaction: all of it or nothing has happened,
 * and where the answer is lost nobody knows which. Ask {@link #progress} then.
 *
 * <p>A table's row in {@code sluice.view_tables} says which view it belongs to, and goes with it.
 */
final class TableStore {
  private static final String TAKE =
      "UPDATE sluice.view_offsets SET next = $4, watermark = $5"
          + " WHERE generation = $1 AND partition = $2 AND next = $3";

  private static final String LACKS =
      "UPDATE sluice.view_tables SET whole_from = greatest(whole_from, $2), whole ="
          + " (SELECT array_agg(greatest(whole[p + 1], gone.next, 0) ORDER BY p)"
          + " FROM generate_series(0, $3 - 1) AS p LEFT JOIN"
          + " unnest($4::bigint[], $5::bigint[]) AS gone (partition, next) ON gone.partition = p)"
          + " WHERE generation = $1";

  private final ConnectionFactory connections;
  private final Duration timeout;

  /**
   * @param timeout of each statement
   */
  TableStore(ConnectionFactory connections, Duration timeout) {
    this.connections = connections;
    this.timeout = timeout;
  }

  /**
   * Makes the table unless it is there; one of an earlier view of the name goes.
   *
   * @return false if a later view of the name has its table already, or this one is another's by
   *     now
   */
  Mono<Boolean> create(TableDefinition table) {
    return inTransaction(
        connection ->
            lock(connection, table.view())
                .thenMany(Flux.defer(() -> tables(connection, table.view())))
                .collectList()
                .flatMap(there -> create(connection, table, there)));
  }

  private Mono<Boolean> create(Connection connection, TableDefinition table, List<Owner> there) {
    Owner wanted = table.owner();
    for (Owner one : there) {
      if (one.generation() == wanted.generation()) {
        return Mono.just(one.equals(wanted));
      }
    }
    List<Owner> inItsPlace = there.stream().filter(one -> one.built() && wanted.built()).toList();
    if (inItsPlace.stream().anyMatch(one -> one.generation() > wanted.generation())) {
      return Mono.just(false);
    }
    return Flux.fromIterable(inItsPlace)
        .concatMap(one -> drop(connection, one.generation(), one.view()), 1)
        .then(Mono.defer(() -> create(connection, table)))
        .thenReturn(true);
  }

  private Flux<Owner> tables(Connection connection, String view) {
    return rows(
        connection
            .createStatement("SELECT generation, built FROM sluice.view_tables WHERE view = $1")
            .bind(0, view),
        row -> new Owner(view, number(row, 0), Boolean.TRUE.equals(row.get(1, Boolean.class))));
  }

  private Mono<Void> create(Connection connection, TableDefinition table) {
    Mono<Long> entered =
        update(
            connection
                .createStatement(
                    "INSERT INTO sluice.view_tables (view, generation, replaces, built)"
                        + " VALUES ($1, $2, $3, $4)")
                .bind(0, table.view())
                .bind(1, table.generation())
                .bind(2, table.replaces())
                .bind(3, table.owner().built()));
    Mono<Long> offsets =
        update(
            connection
                .createStatement(
                    "INSERT INTO sluice.view_offsets (generation, partition, next)"
                        + " SELECT $1, p, 0 FROM generate_series(0, $2 - 1) AS p")
                .bind(0, table.generation())
                .bind(1, table.partitions()));
    return entered
        .then(offsets)
        .thenMany(Flux.fromIterable(table.create()))
        .concatMap(sql -> update(connection.createStatement(sql)), 1)
        .then();
  }

  /** Writers come first: whoever holds a partition's row is done with the table when it lets go. */
  private Mono<Void> drop(Connection connection, long generation, String view) {
    Statement row =
        connection
            .createStatement("DELETE FROM sluice.view_tables WHERE generation = $1 RETURNING built")
            .bind(0, generation);
    return rows(
            row,
            deleted ->
                new Owner(view, generation, Boolean.TRUE.equals(deleted.get(0, Boolean.class))))
        .concatMap(
            gone -> update(connection.createStatement("DROP TABLE IF EXISTS " + gone.table())), 1)
        .then();
  }

  /**
   * Drops the tables of views that are no more, or have none any more, by what the catalog says.
   */
  Mono<Void> dropOthers() {
    return inTransaction(
            connection ->
                rows(
                        connection.createStatement(
                            "SELECT t.generation, t.view FROM sluice.view_tables t WHERE NOT EXISTS"
                                + " (SELECT FROM sluice.views v JOIN sluice.streams s USING (name)"
                                + " WHERE s.generation = t.generation AND NOT s.deleting"
                                + " AND (v.definition ->> 'table')::boolean) AND NOT EXISTS"
                                + " (SELECT FROM sluice.view_builds b JOIN sluice.streams s"
                                + " ON s.name = b.view WHERE b.generation = t.generation"
                                + " AND NOT s.deleting AND (b.definition ->> 'table')::boolean)"),
                        row ->
                            Map.entry(
                                number(row, 0), Objects.requireNonNull(row.get(1, String.class))))
                    .collectList()
                    .flatMapMany(Flux::fromIterable)
                    .concatMap(
                        one ->
                            lock(connection, one.getValue())
                                .then(
                                    Mono.defer(
                                        () -> drop(connection, one.getKey(), one.getValue()))),
                        1)
                    .then(Mono.just(true)))
        .then();
  }

  private Mono<Void> lock(Connection connection, String view) {
    return rows(
            connection
                .createStatement(
                    "SELECT pg_advisory_xact_lock(hashtextextended('sluice.table.' || $1, 0))")
                .bind(0, view),
            row -> true)
        .then();
  }

  /** How far each partition is; of none if there is no such table. */
  Mono<Map<Integer, Progress>> progress(long generation) {
    return inTransaction(
        connection ->
            rows(
                    connection
                        .createStatement(
                            "SELECT partition::bigint, next, watermark FROM sluice.view_offsets"
                                + " WHERE generation = $1")
                        .bind(0, generation),
                    row -> Map.entry(Math.toIntExact(number(row, 0)), progress(row)))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Progress progress(Readable row) {
    Long watermark = row.get(2, Long.class);
    return new Progress(number(row, 1), watermark == null ? Long.MIN_VALUE : watermark);
  }

  /**
   * Takes the steps, all together.
   *
   * @return rows written; fails with {@link MovedException} if one of them is not where it begins
   */
  Mono<Long> write(TableDefinition table, List<Step> steps) {
    // In one order, so that two who write the same do not wait for each other.
    List<Step> ordered = steps.stream().sorted(Comparator.comparingInt(Step::partition)).toList();
    return inTransaction(
        connection ->
            Flux.fromIterable(ordered)
                .concatMap(
                    step ->
                        take(connection, table, step)
                            .thenMany(Flux.fromIterable(step.batches()))
                            .concatMap(batch -> write(connection, table, batch), 1),
                    1)
                .reduce(0L, Long::sum));
  }

  private Mono<Void> take(Connection connection, TableDefinition table, Step step) {
    Statement take =
        connection
            .createStatement(TAKE)
            .bind(0, table.generation())
            .bind(1, step.partition())
            .bind(2, step.from().next())
            .bind(3, step.to().next());
    long watermark = step.to().watermark();
    return update(
            watermark == Long.MIN_VALUE ? take.bindNull(4, Long.class) : take.bind(4, watermark))
        .flatMap(
            taken ->
                taken == 1
                    ? Mono.empty()
                    : Mono.error(() -> new MovedException(table, step.partition())));
  }

  private Mono<Long> write(Connection connection, TableDefinition table, EventBatch batch) {
    RowArrays rows = new RowArrays(table, batch);
    Mono<Long> deleted =
        rows.deleted().isEmpty()
            ? Mono.just(0L)
            : update(
                connection
                    .createStatement(table.delete())
                    .bind(0, rows.deleted().toArray(new String[0])));
    Mono<Long> inserted =
        rows.size() == 0
            ? Mono.just(0L)
            : Mono.defer(() -> update(rows.bindTo(connection.createStatement(table.insert()))));
    return deleted
        .then(inserted)
        .flatMap(
            count ->
                rows.exact() && count == rows.size()
                    ? Mono.just(count)
                    : inexact(connection, table).thenReturn(count));
  }

  /** From here on the topic alone has everything as it is. */
  private Mono<Long> inexact(Connection connection, TableDefinition table) {
    return update(
        connection
            .createStatement(
                "UPDATE sluice.view_tables SET exact = false WHERE generation = $1 AND exact")
            .bind(0, table.generation()));
  }

  /** Deletes rows of times before this, at most so many; how many it were. */
  Mono<Long> forget(TableDefinition table, long before, int most) {
    return inTransaction(
        connection ->
            rows(
                    connection
                        .createStatement(table.forget())
                        .bind(0, PostgresTimes.of(before))
                        .bind(1, most),
                    row -> new Gone(number(row, 0), number(row, 1), number(row, 2)))
                .collectList()
                .flatMap(
                    gone ->
                        gone.isEmpty()
                            ? Mono.just(0L)
                            : lacks(connection, table, before, gone)
                                .thenReturn(gone.stream().mapToLong(Gone::rows).sum())));
  }

  /**
   * Notes that the table lacks rows of a partition.
   *
   * @param before their event times are before this, ms of the epoch
   * @param next offset after the last of them
   */
  Mono<Void> lacks(TableDefinition table, long before, int partition, long next) {
    List<Gone> gone = List.of(new Gone(0, partition, next));
    return inTransaction(connection -> lacks(connection, table, before, gone)).then();
  }

  private Mono<Long> lacks(
      Connection connection, TableDefinition table, long before, List<Gone> gone) {
    return update(
        connection
            .createStatement(LACKS)
            .bind(0, table.generation())
            .bind(1, before)
            .bind(2, table.partitions())
            .bind(3, gone.stream().map(Gone::partition).toArray(Long[]::new))
            .bind(4, gone.stream().map(Gone::next).toArray(Long[]::new)));
  }

  /**
   * What a table lost.
   *
   * @param next offset after the last of them
   */
  private record Gone(long rows, long partition, long next) {}

  private Mono<Long> update(Statement statement) {
    return Flux.from(statement.execute())
        .concatMap(Result::getRowsUpdated, 1)
        .reduce(0L, Long::sum)
        .timeout(timeout);
  }

  private <T> Flux<T> rows(Statement statement, Function<Readable, T> mapping) {
    return Flux.from(statement.execute())
        .concatMap(result -> result.map(mapping), 1)
        .timeout(timeout);
  }

  private static long number(Readable row, int column) {
    return Objects.requireNonNull(row.get(column, Long.class));
  }

  private <T> Mono<T> inTransaction(Function<Connection, Mono<T>> work) {
    return Mono.usingWhen(
        connections.create(),
        connection ->
            bounded(connection.beginTransaction()).then(Mono.defer(() -> work.apply(connection))),
        connection ->
            bounded(connection.commitTransaction())
                .onErrorResume(e -> release(connection).then(Mono.error(e)))
                .then(release(connection)),
        (connection, failure) -> rollBack(connection),
        this::rollBack);
  }

  private Mono<Void> rollBack(Connection connection) {
    return bounded(connection.rollbackTransaction()).onErrorComplete().then(release(connection));
  }

  private Mono<Void> release(Connection connection) {
    return bounded(connection.close()).onErrorComplete();
  }

  private Mono<Void> bounded(Publisher<Void> step) {
    return Mono.from(step).timeout(timeout);
  }
}
