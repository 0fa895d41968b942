package dev.sluice.gateway.wiring;

import dev.sluice.engine.catalog.SchemaIds;
import dev.sluice.engine.source.SchemaRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A registry of schemas beside the gateway's own.
 *
 * @param url of a registry with Confluent's API; none: topics whose records bear its ids cannot be
 *     read
 * @param register whether the schemas of Sluice's own topics are told to it, and get their ids from
 *     it
 */
@ConfigurationProperties("sluice.schema-registry")
record SchemaRegistryProperties(@Nullable String url, @DefaultValue("false") boolean register) {

  SchemaRegistryProperties {
    if (register && (url == null || url.isBlank())) {
      throw new IllegalArgumentException(
          "with sluice.schema-registry.register=true, sluice.schema-registry.url must be that of the"
              + " registry: was not set");
    }
  }

  SchemaRegistry toRegistry() {
    return new SchemaRegistry(url);
  }

  SchemaIds ids() {
    return register ? toRegistry()::register : SchemaIds.OWN;
  }
}
