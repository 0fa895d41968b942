package dev.sluice.gateway.wiring;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the catalog is.
 *
 * @param url {@code postgresql://user:password@host:port/database}; required
 * @param connections that the catalog may have open, 1 to 64, and one more that listens
 * @param timeout until a question to the catalog is answered with CATALOG_UNAVAILABLE; 100 ms to 1
 *     minute
 */
@ConfigurationProperties("sluice.postgres")
public record PostgresSettings(
    String url, @DefaultValue("4") int connections, @DefaultValue("3s") Duration timeout) {

  public PostgresSettings {
    if (isBlank(url) || !url.startsWith("postgresql://")) {
      // The value holds a password, so it is not shown.
      throw new IllegalArgumentException(
          "sluice.postgres.url must be postgresql://user:password@host:port/database: was "
              + (isBlank(url) ? "not set" : "something else"));
    }
    if (connections < 1 || connections > 64) {
      throw new IllegalArgumentException(
          "sluice.postgres.connections must be 1..64: was " + connections);
    }
    if (timeout.compareTo(Duration.ofMillis(100)) < 0
        || timeout.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException(
          "sluice.postgres.timeout must be 100ms..1m: was " + timeout.toMillis() + "ms");
    }
  }

  private static boolean isBlank(@Nullable String text) {
    return text == null || text.isBlank();
  }
}
