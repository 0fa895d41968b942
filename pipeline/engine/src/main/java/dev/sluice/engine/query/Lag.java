package dev.sluice.engine.query;

import dev.sluice.engine.tail.TailRing;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a query is behind the end of its stream.
 *
 * @param events records between its place and the end of the stream, or its own end if that comes
 *     before; null while the end is not known
 * @param millis event time between its watermark and that of the end, in the partition where that
 *     is most; null while one of both is not known
 */
public record Lag(State state, @Nullable Long events, @Nullable Long millis) {

  /** At the end. */
  static final Lag NONE = new Lag(State.LIVE, 0L, 0L);

  /** Where it reads. */
  public enum State {
    /** The newest events, as they come. */
    LIVE,
    /** The log. */
    CATCHING_UP;

    /** As it is on the wire. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * @param ends offset before which each partition ends for the query; {@link Long#MAX_VALUE} if it
   *     goes on
   * @param head the end of the stream; null if it is not known
   */
  static Lag of(
      State state, long[] positions, long[] watermarks, long[] ends, TailRing.@Nullable Head head) {
    long events = 0;
    Long millis = 0L;
    for (int p = 0; p < positions.length; p++) {
      long end = head == null ? ends[p] : Math.min(ends[p], head.positions()[p]);
      if (end == Long.MAX_VALUE) {
        return new Lag(state, null, null);
      }
      if (end > positions[p]) {
        events += end - positions[p];
        if (head == null || watermarks[p] == Long.MIN_VALUE) {
          millis = null;
        } else if (millis != null) {
          millis = Math.max(millis, head.watermarks()[p] - watermarks[p]);
        }
      }
    }
    return new Lag(state, events, millis);
  }

  /** Of one that has two behind it: all events that both have before them. */
  Lag and(Lag other) {
    return new Lag(
        state == State.LIVE ? other.state : state,
        events == null || other.events == null ? null : Long.valueOf(events + other.events),
        millis == null || other.millis == null
            ? null
            : Long.valueOf(Math.max(millis, other.millis)));
  }

  /** As members of a JSON object. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("state", state.text());
    members.put("lag-events", events);
    members.put("lag-seconds", millis == null ? null : millis / 1_000.0);
    return members;
  }
}
