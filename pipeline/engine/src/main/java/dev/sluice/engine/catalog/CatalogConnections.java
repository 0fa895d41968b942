package dev.sluice.engine.catalog;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Connections to the catalog's database, each for one piece of work; that the database is away is
 * CATALOG_UNAVAILABLE.
 */
public final class CatalogConnections implements AutoCloseable {
  private final Duration timeout;
  private final PostgresqlConnectionFactory factory;
  private final ConnectionPool pool;

  CatalogConnections(CatalogSettings settings) {
    this(settings, "catalog", settings.connections(), settings.timeout());
  }

  /**
   * @param name for their meters and logs
   * @param connections most at a time
   * @param statementTimeout after which PostgreSQL gives a statement up
   */
  public CatalogConnections(
      CatalogSettings settings, String name, int connections, Duration statementTimeout) {
    this.timeout = settings.timeout();
    this.factory = PostgresConnections.factory(settings, statementTimeout);
    this.pool = PostgresConnections.pool(settings, name, connections, statementTimeout);
  }

  /** Makes connections that are in no pool. */
  public PostgresqlConnectionFactory factory() {
    return factory;
  }

  /** Work on one connection; fails with CATALOG_UNAVAILABLE, or as the work does. */
  public <T> Mono<T> using(Function<Connection, Mono<T>> work) {
    return Mono.usingWhen(
            pool.create(),
            work,
            this::release,
            (connection, failure) -> release(connection),
            this::release)
        .onErrorMap(CatalogConnections::isAbsence, CatalogConnections::unavailable);
  }

  /** The same, all or nothing. */
  public <T> Mono<T> inTransaction(Function<Connection, Mono<T>> work) {
    return Mono.usingWhen(
            pool.create(),
            connection ->
                bounded(connection.beginTransaction())
                    .then(Mono.defer(() -> work.apply(connection))),
            connection ->
                bounded(connection.commitTransaction())
                    .onErrorResume(e -> release(connection).then(Mono.error(e)))
                    .then(release(connection)),
            (connection, failure) -> rollBack(connection),
            this::rollBack)
        .onErrorMap(CatalogConnections::isAbsence, CatalogConnections::unavailable);
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

  private static boolean isAbsence(Throwable failure) {
    return failure instanceof TimeoutException
        || failure instanceof IOException
        || (failure instanceof R2dbcException && !(failure instanceof R2dbcBadGrammarException));
  }

  private static Throwable unavailable(Throwable cause) {
    return Problem.of(
            ProblemCode.CATALOG_UNAVAILABLE,
            "PostgreSQL, where the catalog is, did not answer ("
                + Optional.ofNullable(cause.getMessage()).orElse(cause.toString())
                + "): what is declared can be used meanwhile; change it later")
        .toException(cause);
  }

  @Override
  public void close() {
    pool.dispose();
  }
}
