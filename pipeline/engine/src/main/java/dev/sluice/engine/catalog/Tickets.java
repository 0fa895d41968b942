package dev.sluice.engine.catalog;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Tickets, each of which is taken once, by any process. Whether one is late is told by PostgreSQL's
 * clock. Those that nobody has taken go when the next is kept.
 */
public final class Tickets {
  /** That wait to be taken at a time. */
  private static final int MOST = 10_000;

  private final CatalogConnections connections;
  private final Duration timeout;

  Tickets(CatalogConnections connections, Duration timeout) {
    this.connections = connections;
    this.timeout = timeout;
  }

  /**
   * Keeps a ticket.
   *
   * @param hash of the ticket, which itself is not kept
   * @param bearer what is given to who presents it
   * @param goodFor from now on
   * @return fails with OVERLOADED, CATALOG_UNAVAILABLE
   */
  public Mono<Void> keep(byte[] hash, String bearer, Duration goodFor) {
    return connections.using(
        connection ->
            Flux.from(
                    connection
                        .createStatement(
                            "WITH late AS (DELETE FROM sluice.tickets WHERE until <= now())"
                                + " INSERT INTO sluice.tickets (hash, bearer, until)"
                                + " SELECT $1, $2, now() + $3 * INTERVAL '1 millisecond'"
                                + " WHERE (SELECT count(*) FROM sluice.tickets WHERE until > now()) < $4")
                        .bind("$1", hash)
                        .bind("$2", bearer)
                        .bind("$3", goodFor.toMillis())
                        .bind("$4", (long) MOST)
                        .execute())
                .concatMap(Result::getRowsUpdated, 1)
                .timeout(timeout)
                .reduce(0L, Long::sum)
                .flatMap(kept -> kept == 0 ? Mono.error(tooMany()) : Mono.empty()));
  }

  private static RuntimeException tooMany() {
    return Problem.of(
            ProblemCode.OVERLOADED, MOST + " tickets wait to be used: ask for one in half a minute")
        .toException();
  }

  /**
   * Takes a ticket, so that nobody does again.
   *
   * @return its bearer; empty if there is none, or no more; fails with CATALOG_UNAVAILABLE
   */
  public Mono<String> take(byte[] hash) {
    return connections.using(
        connection ->
            Flux.from(
                    connection
                        .createStatement(
                            "DELETE FROM sluice.tickets WHERE hash = $1 AND until > now() RETURNING bearer")
                        .bind("$1", hash)
                        .execute())
                .concatMap(
                    result ->
                        result.map(row -> Objects.requireNonNull(row.get("bearer", String.class))),
                    1)
                .timeout(timeout)
                .next());
  }
}
