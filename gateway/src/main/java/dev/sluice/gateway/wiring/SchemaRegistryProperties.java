package dev.sluice.gateway.wiring;

import dev.sluice.engine.source.SchemaRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the schemas of topics that Sluice has not written are.
 *
 * @param url of a registry with Confluent's API; none: such topics cannot be read
 */
@ConfigurationProperties("sluice.schema-registry")
record SchemaRegistryProperties(@Nullable String url) {

  SchemaRegistry toRegistry() {
    return new SchemaRegistry(url);
  }
}
