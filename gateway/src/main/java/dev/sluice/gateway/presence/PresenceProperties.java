package dev.sluice.gateway.presence;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What gateways say to each other of their devices.
 *
 * @param lease after which a gateway that says nothing is taken to be gone, and its devices to be
 *     lost; it says something six times as often. 3 s to 10 minutes
 * @param maxShared of its devices that a gateway says more of than their number; 0 to 100,000
 */
@ConfigurationProperties("sluice.presence")
record PresenceProperties(
    @DefaultValue("30s") Duration lease, @DefaultValue("10000") int maxShared) {
  private static final Duration LEAST = Duration.ofSeconds(3);
  private static final Duration MOST = Duration.ofMinutes(10);

  PresenceProperties {
    if (lease.compareTo(LEAST) < 0 || lease.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(
          "sluice.presence.lease must be 3s..10m: was " + lease.toMillis() + "ms");
    }
    if (maxShared < 0 || maxShared > 100_000) {
      throw new IllegalArgumentException(
          "sluice.presence.max-shared must be 0..100000 devices: was " + maxShared);
    }
  }
}
