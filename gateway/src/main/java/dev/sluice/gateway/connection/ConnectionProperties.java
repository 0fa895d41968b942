package dev.sluice.gateway.connection;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Rules for the connections of all ports.
 *
 * @param max that may be open, 1 to 10,000,000
 * @param maxPerAddress that may be open from one address, 1 to 10,000,000; from one /64 network of
 *     IPv6
 * @param headTimeout until an HTTP request's line and headers must be there, and a connection's
 *     first RSocket frame; 100 ms to 10 minutes
 * @param bodyTimeout until an HTTP request's body must be there; 100 ms to 1 hour
 * @param idleTimeout until an HTTP connection that asks for nothing is closed; 1 s to 1 day
 * @param stalledTimeout until a connection for which more than 64 KiB wait is ended if its socket
 *     takes nothing of it; 1 s to 1 hour
 */
@ConfigurationProperties("sluice.connections")
public record ConnectionProperties(
    @DefaultValue("50000") int max,
    @DefaultValue("20000") int maxPerAddress,
    @DefaultValue("10s") Duration headTimeout,
    @DefaultValue("60s") Duration bodyTimeout,
    @DefaultValue("75s") Duration idleTimeout,
    @DefaultValue("60s") Duration stalledTimeout) {

  public ConnectionProperties {
    within("max", max, 1, 10_000_000, "connections");
    within("max-per-address", maxPerAddress, 1, 10_000_000, "connections");
    within("head-timeout", headTimeout.toMillis(), 100, 600_000, "ms");
    within("body-timeout", bodyTimeout.toMillis(), 100, 3_600_000, "ms");
    within("idle-timeout", idleTimeout.toMillis(), 1_000, 86_400_000, "ms");
    within("stalled-timeout", stalledTimeout.toMillis(), 1_000, 3_600_000, "ms");
  }

  private static void within(String setting, long value, long least, long most, String unit) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "sluice.connections.%s must be %d..%d %s: was %d"
              .formatted(setting, least, most, unit, value));
    }
  }
}
