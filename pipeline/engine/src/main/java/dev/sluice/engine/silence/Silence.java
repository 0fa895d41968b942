package dev.sluice.engine.silence;

import dev.sluice.model.stream.EventTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * When the silence of one stream's partitions is to be written into the log.
 *
 * <p>A partition is punctuated when its watermark has not moved for the idle timeout and is behind
 * the clock less the lateness. While no partition of the stream gets an event, this becomes rarer:
 * the wait doubles, up to 30 s.
 */
final class Silence {
  private static final long RAREST_MS = 30_000;

  private final long lateness;
  private final long idleTimeout;
  private final long[] watermarks;
  private final long[] movedAt;
  private final boolean[] pending;
  private long events = -1;
  private long wait;

  Silence(EventTime time, int partitions) {
    lateness = time.lateness().toMillis();
    idleTimeout = time.idleTimeout().toMillis();
    wait = idleTimeout;
    watermarks = new long[partitions];
    Arrays.fill(watermarks, Long.MAX_VALUE);
    movedAt = new long[partitions];
    pending = new boolean[partitions];
  }

  /**
   * The watermark that each partition is to be told now.
   *
   * @param now the clock, ms of the epoch
   * @param owned the partitions that are this process's
   * @param workingSince since when appends have been working, ms of the epoch
   */
  synchronized Map<Integer, Long> due(
      long now, Heard heard, Set<Integer> owned, long workingSince) {
    if (heard.events() != events) {
      events = heard.events();
      wait = idleTimeout;
    }
    Map<Integer, Long> due = new HashMap<>();
    boolean working = workingSince != Long.MAX_VALUE && now - workingSince > idleTimeout;
    for (int p = 0; p < watermarks.length; p++) {
      if (heard.watermarks()[p] != watermarks[p]) {
        watermarks[p] = heard.watermarks()[p];
        movedAt[p] = now;
      }
      boolean stands = now - movedAt[p] > wait && watermarks[p] < now - lateness;
      if (stands && working && owned.contains(p) && !pending[p]) {
        pending[p] = true;
        due.put(p, now - lateness);
      }
    }
    if (!due.isEmpty()) {
      wait = Math.min(2 * wait, Math.max(RAREST_MS, idleTimeout));
    }
    return due;
  }

  /** The partition's punctuation is stored, or was given up. */
  synchronized void done(int partition) {
    pending[partition] = false;
  }
}
