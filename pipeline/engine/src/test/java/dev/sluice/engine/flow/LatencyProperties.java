package dev.sluice.engine.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class LatencyProperties {
  private static final long HALF_AN_HOUR = 1_800_000_000L;

  @Property(tries = 200)
  void quantilesAreAtMostASixteenthTooLong(
      @ForAll @Size(min = 1, max = 50) List<@LongRange(max = HALF_AN_HOUR) Long> before,
      @ForAll @Size(min = 1, max = 50) List<@LongRange(max = HALF_AN_HOUR) Long> micros) {
    Latency latency = new Latency("test");
    before.forEach(one -> latency.took(one, TimeUnit.MICROSECONDS));
    long[] earlier = latency.counts();
    micros.forEach(one -> latency.took(one, TimeUnit.MICROSECONDS));

    Latency.Quantiles told = Latency.Quantiles.between(earlier, latency.counts());

    List<Long> sorted = micros.stream().sorted().toList();
    assertThat(told.count()).isEqualTo(micros.size());
    holds(told.p50(), sorted.get((sorted.size() + 1) / 2 - 1));
    holds(told.p99(), sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1));
    holds(told.max(), sorted.get(sorted.size() - 1));
  }

  private static void holds(double toldMs, long micros) {
    assertThat(toldMs * 1_000).isBetween(micros - 0.5, micros * 17.0 / 16 + 0.5);
  }
}
