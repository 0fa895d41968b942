package dev.sluice.views.delta;

import java.nio.ByteBuffer;

/**
 * What has come to a group since the last delta of it.
 *
 * <pre>
 * key    [1][generation i64][group]
 * value  [start i64][end i64][state]
 * </pre>
 *
 * @param group the group's keys, as {@link dev.sluice.engine.aggregate.GroupTable#key} writes them
 * @param start ms of the epoch: of a tumbling window; of a hopping window's pane; of a part of a
 *     session the time of its first event; {@link Long#MAX_VALUE} for a running total
 * @param end ms of the epoch: of the tumbling window; of the first window that the pane counts in;
 *     of a part of a session the time of its last event; {@link Long#MAX_VALUE} for a running total
 * @param state the aggregates, as {@link dev.sluice.engine.aggregate.GroupTable#state} writes them
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way to the log; never compared
public record Delta(long generation, byte[] group, long start, long end, byte[] state)
    implements Partial {
  static final byte KIND = 1;

  @Override
  public byte[] key() {
    return ByteBuffer.allocate(1 + Long.BYTES + group.length)
        .put(KIND)
        .putLong(generation)
        .put(group)
        .array();
  }

  @Override
  public byte[] value() {
    return ByteBuffer.allocate(2 * Long.BYTES + state.length)
        .putLong(start)
        .putLong(end)
        .put(state)
        .array();
  }

  static Delta read(long generation, byte[] group, ByteBuffer in) {
    long start = in.getLong();
    long end = in.getLong();
    byte[] state = new byte[in.remaining()];
    in.get(state);
    return new Delta(generation, group, start, end, state);
  }
}
