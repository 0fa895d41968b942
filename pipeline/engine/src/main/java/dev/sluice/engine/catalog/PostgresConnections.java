package dev.sluice.engine.catalog;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import java.time.Duration;
import java.util.Map;

/** Connections to the catalog's database, for what is kept there besides the catalog. */
public final class PostgresConnections {
  private static final Duration IDLE_CONNECTION = Duration.ofMinutes(5);

  /** Statements whose plans a connection keeps; questions may be of any text. */
  private static final int PLANS_KEPT = 64;

  private PostgresConnections() {}

  static PostgresqlConnectionFactory factory(CatalogSettings settings, Duration statementTimeout) {
    PostgresUrl url = settings.parsedUrl();
    return new PostgresqlConnectionFactory(
        PostgresqlConnectionConfiguration.builder()
            .host(url.host())
            .port(url.port())
            .username(url.user())
            .password(url.password())
            .database(url.database())
            .applicationName("sluice")
            .connectTimeout(settings.timeout())
            .statementTimeout(statementTimeout)
            .preparedStatementCacheQueries(PLANS_KEPT)
            // Compiling would take longer than most of our statements run.
            .options(Map.of("jit", "off"))
            .tcpKeepAlive(true)
            .build());
  }

  /**
   * A pool that opens connections when they are needed.
   *
   * @param name for its meters and logs
   * @param size most connections at a time
   * @param statementTimeout after which PostgreSQL gives a statement up
   */
  public static ConnectionPool pool(
      CatalogSettings settings, String name, int size, Duration statementTimeout) {
    return new ConnectionPool(
        ConnectionPoolConfiguration.builder(factory(settings, statementTimeout))
            .name(name)
            .initialSize(0)
            .maxSize(size)
            .maxIdleTime(IDLE_CONNECTION)
            .maxAcquireTime(settings.timeout())
            .maxCreateConnectionTime(settings.timeout())
            .build());
  }
}
