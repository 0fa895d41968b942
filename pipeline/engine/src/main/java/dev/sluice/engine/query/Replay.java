package dev.sluice.engine.query;

import dev.sluice.model.event.EventBatch;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Plays the past in event time, faster or slower than it was: what was read waits until the
 * replay's clock has reached it. One thread at a time.
 *
 * <p>Holds about one poll of the log: a partition of which something waits is not read.
 */
final class Replay {
  /** Most times real time. */
  static final double MOST = 10_000;

  private static final long LOOK_EVERY_MS = 1_000;
  private static final long LEAST_PATIENCE_MS = 5;
  private static final long MOST_PATIENCE_MS = 250;

  private final double speed;
  private long origin;
  private long began;
  private long lookAt;
  private final Map<Integer, Deque<EventBatch>> held = new HashMap<>();

  /**
   * What is to be played.
   *
   * @param speed times real time; more than 0, at most {@link #MOST}
   * @param number nobody else's: a replay is shared with nobody
   */
  record Wish(double speed, long number) {}

  /**
   * @param from event time at which the clock starts, ms of the epoch; {@link Long#MIN_VALUE}: that
   *     of the first event
   */
  Replay(double speed, long from) {
    this.speed = speed;
    this.origin = from;
  }

  /** The event time that it has reached, ms of the epoch. */
  private long at(long nowMs) {
    return origin + (long) ((nowMs - began) * speed);
  }

  /** Whether it has reached the present. */
  boolean isOver(long nowMs) {
    return began != 0 && origin != Long.MIN_VALUE && at(nowMs) >= nowMs;
  }

  /** Partitions of which something waits. */
  Collection<Integer> held() {
    return held.keySet();
  }

  /** Takes what was read; if that is nothing, it is looked for again in a while. */
  void hold(List<EventBatch> batches, long nowMs) {
    if (began == 0) {
      began = nowMs;
    }
    if (batches.isEmpty()) {
      lookAt = nowMs + LOOK_EVERY_MS;
    }
    for (EventBatch batch : batches) {
      if (origin == Long.MIN_VALUE && batch.size() > 0) {
        origin = batch.log().eventTime()[0];
        began = nowMs;
      }
      held.computeIfAbsent(batch.partition(), p -> new ArrayDeque<>()).add(batch);
    }
  }

  /** Hands on what the clock has reached; everything, once that is the present. */
  void release(Computation computation, long nowMs) {
    long time = isOver(nowMs) ? Long.MAX_VALUE : at(nowMs);
    for (Deque<EventBatch> batches : held.values()) {
      EventBatch batch = batches.peek();
      while (batch != null && release(computation, batch, time)) {
        batches.remove();
        batch = batches.peek();
      }
    }
    held.values().removeIf(Deque::isEmpty);
  }

  /** Returns whether nothing of the batch is left. */
  private static boolean release(Computation computation, EventBatch batch, long time) {
    int row = firstAfter(computation, batch, time);
    long[] offsets = batch.log().offset();
    if (row < batch.size()) {
      computation.add(batch, offsets[row]);
    } else if (batch.endWatermark() <= time) {
      computation.add(batch);
    } else if (batch.size() > 0) {
      computation.add(batch, offsets[batch.size() - 1] + 1);
    }
    return computation.reach().ended(batch.partition())
        || computation.reach().positions()[batch.partition()] >= batch.nextOffset();
  }

  /** The first row that waits and is after a time. */
  private static int firstAfter(Computation computation, EventBatch batch, long time) {
    long position = computation.reach().positions()[batch.partition()];
    int row = 0;
    while (row < batch.size()
        && (batch.log().offset()[row] < position || batch.log().eventTime()[row] <= time)) {
      row++;
    }
    return row;
  }

  /** Whether there is nothing to do yet but to let time pass. */
  boolean waits(Computation computation, FeedScans scans, long nowMs) {
    if (held.isEmpty()) {
      return false;
    }
    for (int p = 0; p < computation.reach().positions().length; p++) {
      boolean more = !held.containsKey(p) && !computation.reach().ended(p);
      if (more && (!scans.isAtTheEnd(p) || nowMs >= lookAt)) {
        return false;
      }
    }
    return true;
  }

  /** How long it is until there may be something to do, ms. */
  long patience(Computation computation, long nowMs) {
    long due = Long.MAX_VALUE;
    for (Deque<EventBatch> batches : held.values()) {
      EventBatch batch = batches.element();
      int row = firstAfter(computation, batch, at(nowMs));
      due = Math.min(due, row < batch.size() ? batch.log().eventTime()[row] : batch.endWatermark());
    }
    double wait = Math.min(due == Long.MAX_VALUE ? 0 : (due - at(nowMs)) / speed, MOST_PATIENCE_MS);
    return Math.max(LEAST_PATIENCE_MS, (long) Math.ceil(wait));
  }

  /** The speed that was asked for; null if none was. */
  static @Nullable Double speed(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      double speed = Double.parseDouble(text);
      if (speed > 0 && speed <= MOST) {
        return speed;
      }
    } catch (NumberFormatException e) {
      // Told below, as what is out of range is.
    }
    throw TimeBound.invalid(
        "speed", "speed must be more than 0 and at most " + (long) MOST + ": was \"" + text + "\"");
  }
}
