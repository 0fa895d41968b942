package dev.sluice.gateway.flow;

import dev.sluice.engine.flow.Hop;
import dev.sluice.engine.flow.Latency;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the hops had counted at one moment.
 *
 * @param nanos that moment
 */
record Sample(long nanos, Map<Hop, Counted> hops) {

  /**
   * One hop's.
   *
   * @param latency null if it takes none
   */
  @SuppressWarnings("ArrayRecordComponent") // copies, never compared
  record Counted(Map<String, Long> counts, long @Nullable [] latency) {}

  static Sample of(List<Hop> hops, long nanos) {
    Map<Hop, Counted> counted = new IdentityHashMap<>();
    for (Hop hop : hops) {
      Map<String, Long> counts = new LinkedHashMap<>();
      hop.counts().forEach((unit, count) -> counts.put(unit, count.sum()));
      Latency latency = hop.latency();
      counted.put(hop, new Counted(counts, latency == null ? null : latency.counts()));
    }
    return new Sample(nanos, counted);
  }

  double secondsSince(Sample earlier) {
    return Math.max(1, nanos - earlier.nanos) / (double) TimeUnit.SECONDS.toNanos(1);
  }

  /**
   * How much more of each unit has come by a hop than at an earlier time; one that is new had none.
   */
  Map<String, Long> moreThan(Sample earlier, Hop hop) {
    Map<String, Long> more = new LinkedHashMap<>();
    Counted before = earlier.hops.get(hop);
    Counted now = hops.get(hop);
    if (now != null) {
      now.counts.forEach(
          (unit, count) ->
              more.put(unit, count - (before == null ? 0 : before.counts.getOrDefault(unit, 0L))));
    }
    return more;
  }

  /** How long a hop took since an earlier time; null if nothing was timed. */
  Latency.@Nullable Quantiles latencySince(Sample earlier, Hop hop) {
    Counted before = earlier.hops.get(hop);
    Counted now = hops.get(hop);
    if (now == null || now.latency == null) {
      return null;
    }
    long[] then = before == null || before.latency == null ? null : before.latency;
    Latency.Quantiles quantiles =
        Latency.Quantiles.between(then == null ? new long[now.latency.length] : then, now.latency);
    return quantiles.count() == 0 ? null : quantiles;
  }
}
