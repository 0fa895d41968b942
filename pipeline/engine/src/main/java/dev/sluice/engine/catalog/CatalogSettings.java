package dev.sluice.engine.catalog;

import java.time.Duration;

/**
 * How to reach the catalog's database.
 *
 * @param url {@code postgresql://user:password@host:port/database}, user and password
 *     percent-encoded
 * @param connections that may be open at a time, 1 to 64; one more listens for changes
 * @param timeout for each statement and for a free connection, 100 ms to 1 minute; past it the
 *     catalog is CATALOG_UNAVAILABLE
 */
public record CatalogSettings(String url, int connections, Duration timeout) {
  private static final int MAX_CONNECTIONS = 64;
  private static final Duration LEAST_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MOST_TIMEOUT = Duration.ofMinutes(1);

  public CatalogSettings {
    PostgresUrl.parse(url);
    if (connections < 1 || connections > MAX_CONNECTIONS) {
      throw new IllegalArgumentException(
          "sluice.postgres.connections must be 1..64: was " + connections);
    }
    if (timeout.compareTo(LEAST_TIMEOUT) < 0 || timeout.compareTo(MOST_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          "sluice.postgres.timeout must be 100ms..1m: was " + timeout.toMillis() + "ms");
    }
  }

  /** Everything at its default: 4 connections, 3 s. */
  public static CatalogSettings of(String url) {
    return new CatalogSettings(url, 4, Duration.ofSeconds(3));
  }

  PostgresUrl parsedUrl() {
    return PostgresUrl.parse(url);
  }

  @Override
  public String toString() {
    return "CatalogSettings[" + parsedUrl() + ", " + connections + ", " + timeout + "]";
  }
}
