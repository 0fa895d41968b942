package dev.sluice.engine.query;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far a query is.
 *
 * @param watermark through which its rows are final, ms of the epoch; {@link Long#MIN_VALUE} if
 *     there is none yet
 * @param accounting as it was then
 * @param positions offset after the last record read, per partition; empty where they are not told
 */
record Standing(long watermark, Accounting accounting, Lag lag, Map<Integer, Long> positions) {
  /** Nothing was read, or nothing of it is known. */
  static final Standing UNKNOWN =
      new Standing(Long.MIN_VALUE, new Accounting(), Lag.NONE, Map.of());

  Standing {
    accounting = accounting.plus(new Accounting()); // which goes on counting
  }

  /** How far one computation is. */
  static Standing of(Computation computation, Lag lag) {
    Map<Integer, Long> read = new TreeMap<>();
    long[] positions = computation.reach().positions();
    for (int p = 0; p < positions.length; p++) {
      read.put(p, positions[p]);
    }
    return new Standing(computation.watermark(), computation.accounting(), lag, read);
  }

  /** How far one is that has all their rows: as far as the last of them. */
  static Standing of(Collection<Standing> parts) {
    Accounting sum = new Accounting();
    long least = Long.MAX_VALUE;
    Lag lag = Lag.NONE;
    for (Standing part : parts) {
      sum = sum.plus(part.accounting);
      least = Math.min(least, part.watermark);
      lag = lag.and(part.lag);
    }
    return new Standing(least, sum, lag, Map.of());
  }
}
