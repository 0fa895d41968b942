package dev.sluice.gateway.tls;

import java.time.Clock;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Whether the ports are secured with what the files say. A certificate that is good no more is
 * DOWN, for no client takes it; files that cannot be used are {@link #STALE}, which is no outage.
 */
final class TlsHealth implements HealthIndicator {
  static final Status STALE = new Status("CERTIFICATE_STALE");

  private final Tls tls;
  private final Clock clock;

  TlsHealth(Tls tls, Clock clock) {
    this.tls = tls;
    this.clock = clock;
  }

  @Override
  public Health health() {
    if (!tls.isOn()) {
      return Health.up().withDetail("tls", "off").build();
    }
    String failing = tls.failing();
    Health.Builder health =
        tls.isExpired(clock) ? Health.down() : failing == null ? Health.up() : Health.status(STALE);
    health.withDetail("expires", tls.expires());
    if (failing != null) {
      health.withDetail("failing", failing);
    }
    return health.build();
  }
}
