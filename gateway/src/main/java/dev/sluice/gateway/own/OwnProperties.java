package dev.sluice.gateway.own;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What Sluice writes of itself.
 *
 * @param devicesRetention how long it is kept who came and went; 1 minute to 36,500 days
 * @param auditRetention how long it is kept who changed what; 1 minute to 36,500 days
 * @param devicesBuffer events that may wait until they are in the log; 64 to 1,000,000
 * @param auditBuffer refused attempts that may wait until they are in the log; 64 to 1,000,000
 */
@ConfigurationProperties("sluice.own")
record OwnProperties(
    @DefaultValue("7d") Duration devicesRetention,
    @DefaultValue("365d") Duration auditRetention,
    @DefaultValue("32768") int devicesBuffer,
    @DefaultValue("1024") int auditBuffer) {

  OwnProperties {
    requireBuffer("devices-buffer", devicesBuffer);
    requireBuffer("audit-buffer", auditBuffer);
  }

  private static void requireBuffer(String setting, int events) {
    if (events < 64 || events > 1_000_000) {
      throw new IllegalArgumentException(
          "sluice.own." + setting + " must be 64..1000000 events: was " + events);
    }
  }
}
