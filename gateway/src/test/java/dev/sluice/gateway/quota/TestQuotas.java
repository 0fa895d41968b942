package dev.sluice.gateway.quota;

import dev.sluice.engine.flow.Flow;
import dev.sluice.gateway.security.Quota;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Quotas without a gateway. */
public final class TestQuotas {
  private TestQuotas() {}

  /** Of who has none. */
  public static Quotas none() {
    return of(Quota.NONE, VirtualTimeScheduler.create());
  }

  /** Of everybody, by the scheduler's clock. */
  public static Quotas of(Quota quota, Scheduler timer) {
    return new Quotas(
        quota,
        new TimeMeter() {
          @Override
          public long currentTimeNanos() {
            return timer.now(TimeUnit.NANOSECONDS);
          }

          @Override
          public boolean isWallClockBased() {
            return false;
          }
        },
        timer,
        new Flow(new SimpleMeterRegistry()));
  }
}
