package dev.sluice.benchmark.trial;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * From a fault until rows moved again in every partition of every view, and until all was up to
 * date again: read, merged and in the tables. One thread looks, any may ask.
 */
final class Recovery {
  /** What was on its way when a process was killed may still be seen so long. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String what;
  private final long at;
  private final long mostLag;
  private @Nullable Seen first;
  private @Nullable Map<TopicPartition, Long> toMerge;
  private @Nullable Map<TopicPartition, Long> toWrite;
  private volatile double moved = Double.NaN;
  private volatile double upToDate = Double.NaN;

  /**
   * @param at of {@link System#nanoTime}
   * @param mostLag events that views which are up to date may have yet to read
   */
  Recovery(String what, long at, long mostLag) {
    this.what = what;
    this.at = at;
    this.mostLag = mostLag;
  }

  String what() {
    return what;
  }

  /** Seconds until rows moved again; NaN: not yet. */
  double moved() {
    return moved;
  }

  /** Seconds until all was up to date again; NaN: not yet. */
  double upToDate() {
    return upToDate;
  }

  /**
   * Takes what is seen.
   *
   * @param now of {@link System#nanoTime}
   * @return whether there is nothing more to look for
   */
  boolean look(Seen seen, long now) {
    Seen before = first;
    if (before == null) {
      first = now - at < GRACE_NANOS ? null : seen;
      return false;
    }
    if (Double.isNaN(moved) && hasMoved(before, seen)) {
      moved = (now - at) / 1e9;
    }
    if (Double.isNaN(upToDate) && isUpToDate(before, seen)) {
      upToDate = (now - at) / 1e9;
    }
    return !Double.isNaN(moved) && !Double.isNaN(upToDate);
  }

  private static boolean hasMoved(Seen before, Seen seen) {
    return seen.writing().ends().entrySet().stream()
        .allMatch(end -> end.getValue() > before.writing().ends().getOrDefault(end.getKey(), 0L));
  }

  /** One stage after the other: what each had to do when the one before it was there. */
  private boolean isUpToDate(Seen before, Seen seen) {
    if (toMerge == null) {
      boolean read =
          seen.reading().isPast(before.reading().ends()) && seen.reading().lag() <= mostLag;
      toMerge = read ? seen.merging().ends() : null;
    } else if (toWrite == null) {
      toWrite = seen.merging().isPast(toMerge) ? seen.writing().ends() : null;
    } else {
      return seen.writing().isPast(toWrite);
    }
    return false;
  }
}
