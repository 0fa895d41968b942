package dev.sluice.views.delta;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far partitions of a view's source have been read. Goes to every partition of the topic.
 *
 * <pre>
 * key    [2][generation i64]
 * value  [n i32]([partition i32][watermark i64])*
 * </pre>
 *
 * @param partitions n, how many the source has
 * @param watermarks of those that the writer reads, ms of the epoch; of the others another writer
 *     tells
 */
public record Watermarks(long generation, int partitions, Map<Integer, Long> watermarks)
    implements Partial {
  static final byte KIND = 2;
  private static final int ENTRY = Integer.BYTES + Long.BYTES;

  public Watermarks {
    TreeMap<Integer, Long> ordered = new TreeMap<>(watermarks);
    if (!ordered.isEmpty() && (ordered.firstKey() < 0 || ordered.lastKey() >= partitions)) {
      throw new IllegalArgumentException(
          "a watermark of partition " + ordered.keySet() + " of " + partitions);
    }
    watermarks = Collections.unmodifiableMap(ordered);
  }

  @Override
  public byte[] key() {
    return ByteBuffer.allocate(1 + Long.BYTES).put(KIND).putLong(generation).array();
  }

  @Override
  public byte[] value() {
    ByteBuffer out = ByteBuffer.allocate(Integer.BYTES + ENTRY * watermarks.size());
    out.putInt(partitions);
    watermarks.forEach((partition, watermark) -> out.putInt(partition).putLong(watermark));
    return out.array();
  }

  static Watermarks read(long generation, byte[] rest, ByteBuffer in) {
    int partitions = in.getInt();
    if (rest.length != 0 || in.remaining() % ENTRY != 0) {
      throw new IllegalArgumentException("watermarks of " + in.capacity() + " bytes");
    }
    Map<Integer, Long> watermarks = new TreeMap<>();
    while (in.hasRemaining()) {
      watermarks.put(in.getInt(), in.getLong());
    }
    return new Watermarks(generation, partitions, watermarks);
  }
}
