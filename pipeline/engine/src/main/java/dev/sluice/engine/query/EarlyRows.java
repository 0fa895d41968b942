package dev.sluice.engine.query;

import dev.sluice.engine.query.Operator.RowSink;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.engine.resume.Place;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Early rows on their way to subscribers who do not all want them equally often. The operator says
 * what has changed whenever some want to know; for the others the newest row of each group waits.
 *
 * <p>Holds a row per group and pace that is waited for, of at most {@link #MOST_PACES} paces.
 */
final class EarlyRows {
  /** Most different paces of one computation; who wants another has a computation of its own. */
  static final int MOST_PACES = 8;

  /** Rows whose chunks are held for other rows' sake, beyond which they are copied. */
  private static final int LEAST_PINNED = 4_096;

  private final Operator operator;
  private final Delivery delivery;
  private final Supplier<Place> place;
  private final Map<Long, Pace> paces = new HashMap<>();
  private boolean ticking;
  private volatile long dueAt = Long.MAX_VALUE;

  /**
   * @param place of the computation
   */
  EarlyRows(Operator operator, Delivery delivery, Supplier<Place> place) {
    this.operator = operator;
    this.delivery = delivery;
    this.place = place;
  }

  /** Whether one more subscriber, who wants them so often, is no pace too many. Any thread. */
  boolean admits(long everyMs) {
    long others =
        delivery.subscribers().stream()
            .mapToLong(Subscriber::everyMs)
            .filter(every -> every != everyMs)
            .distinct()
            .count();
    return others < MOST_PACES;
  }

  /** Whether {@link #tick} has something to do. Any thread. */
  boolean isDue(long nowMs) {
    return nowMs >= dueAt;
  }

  /** Sends what is due. */
  void tick(long nowMs, RowSink sink) {
    boolean changed = operator.hasEarly();
    if (!changed && paces.values().stream().noneMatch(Pace::waits)) {
      dueAt = Long.MAX_VALUE;
      return;
    }
    meetSubscribers();
    paces.values().forEach(pace -> pace.isDue = nowMs - pace.sentAt >= pace.everyMs);
    if (changed && paces.values().stream().anyMatch(pace -> pace.isDue)) {
      ticking = true;
      operator.early(sink);
      ticking = false;
      changed = operator.hasEarly();
    }
    paces.values().stream().filter(pace -> pace.isDue).forEach(pace -> pace.endTick(nowMs));
    boolean more = changed;
    dueAt =
        paces.values().stream()
            .filter(pace -> more || pace.waits())
            .mapToLong(pace -> pace.sentAt + pace.everyMs)
            .min()
            .orElse(Long.MAX_VALUE);
  }

  private void meetSubscribers() {
    List<Long> wanted =
        delivery.subscribers().stream().map(Subscriber::everyMs).distinct().toList();
    paces.keySet().retainAll(wanted);
    wanted.forEach(every -> paces.computeIfAbsent(every, Pace::new));
  }

  /** Whether rows are what the operator says in a tick. */
  boolean takes(RowChunk chunk) {
    return ticking && chunk.kind() == Kind.UPDATE;
  }

  /** Takes what the operator says in a tick. */
  void take(RowChunk chunk) {
    paces.values().forEach(pace -> pace.take(chunk));
  }

  /** Forgets the early rows in whose place these come, which go to everybody at once. */
  void settle(RowChunk chunk) {
    for (Pace pace : paces.values()) {
      for (int row = 0; pace.waits() && row < chunk.rows(); row++) {
        pace.newest.remove(chunk.group(row, Kind.UPDATE));
      }
      delivery.then(() -> pace.conflation.settle(chunk));
    }
  }

  /** Sends everything that waits now. */
  void release() {
    paces.values().forEach(Pace::release);
  }

  private record Held(RowChunk chunk, int row) {}

  /** Those who want early rows equally often. */
  private final class Pace {
    private final long everyMs;
    private final Conflation conflation = new Conflation();
    private Map<ByteBuffer, Held> newest = new LinkedHashMap<>();
    private long pinned;
    private long sentAt = Long.MIN_VALUE / 2;
    private boolean isDue;
    private boolean sent;

    Pace(long everyMs) {
      this.everyMs = everyMs;
    }

    void endTick(long nowMs) {
      release();
      if (sent) {
        sentAt = nowMs;
      }
      sent = false;
      isDue = false;
    }

    boolean waits() {
      return !newest.isEmpty();
    }

    void take(RowChunk chunk) {
      if (isDue && newest.isEmpty()) {
        send(chunk);
        return;
      }
      for (int row = 0; row < chunk.rows(); row++) {
        ByteBuffer group = chunk.group(row, Kind.UPDATE);
        newest.remove(group);
        newest.put(group, new Held(chunk, row));
      }
      pinned += chunk.rows();
      if (pinned > LEAST_PINNED + 4L * newest.size()) {
        copy();
      }
    }

    /** Lets go of chunks of which few rows are held. */
    private void copy() {
      Map<ByteBuffer, Held> copied = new LinkedHashMap<>();
      for (RowChunk chunk : chunks()) {
        for (int row = 0; row < chunk.rows(); row++) {
          copied.put(chunk.group(row, Kind.UPDATE), new Held(chunk, row));
        }
      }
      newest = copied;
      pinned = copied.size();
    }

    /** What is held, in chunks that have nothing else. */
    private List<RowChunk> chunks() {
      Map<RowChunk, IntStream.Builder> rows = new LinkedHashMap<>();
      newest
          .values()
          .forEach(
              held -> rows.computeIfAbsent(held.chunk, c -> IntStream.builder()).add(held.row));
      return rows.entrySet().stream()
          .map(entry -> entry.getKey().select(entry.getValue().build().sorted().toArray()))
          .toList();
    }

    void release() {
      if (newest.isEmpty()) {
        return;
      }
      List<RowChunk> held = chunks();
      newest.clear();
      pinned = 0;
      Place reached = place.get();
      for (RowChunk chunk : held) {
        RowChunk now = chunk.at(reached);
        // Of windows that have ended since only what is taken back is still of interest.
        send(now.had(reached) == 0 ? now : now.select(deleted(now)));
      }
    }

    private int[] deleted(RowChunk chunk) {
      return IntStream.range(0, chunk.rows()).filter(chunk::deleted).toArray();
    }

    private void send(RowChunk chunk) {
      if (chunk.rows() > 0) {
        delivery.add(chunk, conflation, everyMs);
        sent = true;
      }
    }
  }
}
