package dev.sluice.gateway.wiring;

import dev.sluice.engine.catalog.CatalogSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the catalog is: see {@link CatalogSettings}.
 *
 * @param queryConnections besides them, for questions that views' tables answer
 */
@ConfigurationProperties("sluice.postgres")
record CatalogProperties(
    @Nullable String url,
    @DefaultValue("4") int connections,
    @DefaultValue("3s") Duration timeout,
    @DefaultValue("8") int queryConnections) {

  CatalogSettings toSettings() {
    return new CatalogSettings(url == null ? "" : url, connections, timeout);
  }
}
