package dev.sluice.gateway.wiring;

import dev.sluice.engine.reference.ReferenceSettings;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/** How large a reference table may be: see {@link ReferenceSettings}. */
@ConfigurationProperties("sluice.tables")
record TablesProperties(
    @DefaultValue("1000000") int maxRows, @DefaultValue("256MB") DataSize maxBytes) {

  ReferenceSettings toSettings() {
    return new ReferenceSettings(maxRows, maxBytes.toBytes());
  }
}
