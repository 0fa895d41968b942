package dev.sluice.views.merge;

import dev.sluice.engine.aggregate.StateMerger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The open sessions of one group.
 *
 * <pre>[due i64]([first i64][last i64][length i32][state])*</pre>
 *
 * @param due when they are to be looked at, ms of the epoch: at most the least of their ends
 */
record OpenSessions(long due, List<Part> parts) {
  private static final int HEAD = 2 * Long.BYTES + Integer.BYTES;

  static final OpenSessions NONE = new OpenSessions(Long.MAX_VALUE, List.of());

  /**
   * A session, as far as it is known.
   *
   * @param first time of its first event, ms of the epoch
   * @param last time of its last event, ms of the epoch
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way to a store; never compared
  record Part(long first, long last, byte[] state) {

    /** Both in one. */
    Part with(Part other, StateMerger merger) {
      return new Part(
          Math.min(first, other.first),
          Math.max(last, other.last),
          merger.merge(state, other.state));
    }
  }

  byte[] write() {
    int length = Long.BYTES;
    for (Part part : parts) {
      length += HEAD + part.state.length;
    }
    ByteBuffer out = ByteBuffer.allocate(length).putLong(due);
    for (Part part : parts) {
      out.putLong(part.first).putLong(part.last).putInt(part.state.length).put(part.state);
    }
    return out.array();
  }

  static OpenSessions read(byte[] written) {
    ByteBuffer in = ByteBuffer.wrap(written);
    long due = in.getLong();
    List<Part> parts = new ArrayList<>();
    while (in.hasRemaining()) {
      long first = in.getLong();
      long last = in.getLong();
      byte[] state = new byte[in.getInt()];
      in.get(state);
      parts.add(new Part(first, last, state));
    }
    return new OpenSessions(due, parts);
  }
}
