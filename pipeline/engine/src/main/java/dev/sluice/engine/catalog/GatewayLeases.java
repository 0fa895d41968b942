package dev.sluice.engine.catalog;

import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * The gateways that share this catalog, and what each says of its devices. Whoever lets its lease
 * run out is taken to be gone.
 *
 * <p>Everything fails with CATALOG_UNAVAILABLE while PostgreSQL is away.
 */
public final class GatewayLeases {
  private final CatalogConnections connections;
  private final Statements statements;

  /** A gateway that said something. */
  public record Gateway(String name, Instant started) {}

  /**
   * What became of saying that a gateway is there.
   *
   * @param isNew whether nothing was known of it: it had not said it before, or was taken to be
   *     gone
   * @param others that are there too
   */
  public record Renewed(boolean isNew, int others) {}

  GatewayLeases(CatalogConnections connections, Duration timeout) {
    this.connections = connections;
    this.statements = new Statements(timeout);
  }

  /** Says that a gateway is there, and is to be believed so for the length of the lease. */
  public Mono<Renewed> renew(Gateway gateway, Duration lease) {
    return connections.using(
        connection ->
            statements
                .rows(
                    connection
                        .createStatement(
                            "INSERT INTO sluice.gateways AS g (name, started, until)"
                                + " VALUES ($1, $2, now() + $3 * INTERVAL '1 millisecond')"
                                + " ON CONFLICT (name) DO UPDATE SET until = excluded.until"
                                + " RETURNING xmax = 0 AS new, (SELECT count(*) FROM sluice.gateways o"
                                + " WHERE o.name <> $1 AND o.until >= now()) AS others")
                        .bind("$1", gateway.name())
                        .bind("$2", gateway.started())
                        .bind("$3", lease.toMillis()),
                    row ->
                        new Renewed(
                            Boolean.TRUE.equals(row.get("new", Boolean.class)),
                            Math.toIntExact(Statements.number(row, "others"))))
                .single());
  }

  /** Says that it is there no more, and has told what there is to tell. */
  public Mono<Void> end(String gateway) {
    return connections.inTransaction(
        connection ->
            statements
                .change(
                    connection
                        .createStatement("DELETE FROM sluice.gateway_devices WHERE name = $1")
                        .bind("$1", gateway))
                .then(
                    Mono.defer(
                        () ->
                            statements.change(
                                connection
                                    .createStatement("DELETE FROM sluice.gateways WHERE name = $1")
                                    .bind("$1", gateway)))));
  }

  /**
   * Has somebody tell what a gateway that is gone could not, and forgets it then; one gateway at
   * most, which nobody else deals with.
   *
   * @return whether there was one; fails as the telling does, and it is told again then
   */
  public Mono<Boolean> bury(Function<Gateway, Mono<Void>> telling) {
    return connections
        .inTransaction(
            connection ->
                statements
                    .rows(
                        connection.createStatement(
                            "SELECT name, started FROM sluice.gateways"
                                + " WHERE until < now()"
                                + " ORDER BY until LIMIT 1 FOR UPDATE SKIP LOCKED"),
                        GatewayLeases::read)
                    .next()
                    .flatMap(
                        gone ->
                            telling
                                .apply(gone)
                                .then(
                                    Mono.defer(
                                        () ->
                                            statements.change(
                                                connection
                                                    .createStatement(
                                                        "WITH d AS (DELETE FROM sluice.gateway_devices WHERE name = $1)"
                                                            + " DELETE FROM sluice.gateways WHERE name = $1")
                                                    .bind("$1", gone.name()))))
                                .thenReturn(true)))
        .defaultIfEmpty(false);
  }

  private static Gateway read(Readable row) {
    return new Gateway(
        Statements.text(row, "name"),
        Objects.requireNonNull(row.get("started", OffsetDateTime.class)).toInstant());
  }

  /** Says which devices a gateway has, in place of what it has said before. */
  public Mono<Void> tell(String gateway, byte[] devices) {
    return connections.using(
        connection ->
            statements.change(
                connection
                    .createStatement(
                        "INSERT INTO sluice.gateway_devices AS g (name, devices) VALUES ($1, $2)"
                            + " ON CONFLICT (name) DO UPDATE SET devices = excluded.devices")
                    .bind("$1", gateway)
                    .bind("$2", devices)));
  }

  /** What the others said of their devices that are there. */
  public Mono<List<byte[]>> others(String gateway) {
    return connections.using(
        connection ->
            statements
                .rows(
                    connection
                        .createStatement(
                            "SELECT devices FROM sluice.gateway_devices JOIN sluice.gateways USING (name)"
                                + " WHERE name <> $1 AND until >= now() ORDER BY name")
                        .bind("$1", gateway),
                    row -> Objects.requireNonNull(row.get("devices", byte[].class)))
                .collectList());
  }
}
