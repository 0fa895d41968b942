package dev.sluice.views.merge;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;

/**
 * Keys of the store of groups, whose order is that of unsigned bytes: a view's groups are
 * neighbours, in the order of the time at which something is to be done about them.
 *
 * <pre>[generation i64][end i64, sign bit flipped][start i64, sign bit flipped][group]</pre>
 */
final class StoreKey {
  /** Before all ends that there can be. */
  static final long BEFORE_ALL = Long.MIN_VALUE;

  private static final int GENERATION = 0;
  private static final int END = Long.BYTES;
  private static final int START = 2 * Long.BYTES;
  private static final int GROUP = 3 * Long.BYTES;

  private StoreKey() {}

  static Bytes of(long generation, long end, long start, byte[] group) {
    return Bytes.wrap(
        ByteBuffer.allocate(GROUP + group.length)
            .putLong(generation)
            .putLong(end ^ Long.MIN_VALUE)
            .putLong(start ^ Long.MIN_VALUE)
            .put(group)
            .array());
  }

  /** Not after any key of the view. */
  static Bytes first(long generation) {
    return Bytes.wrap(ByteBuffer.allocate(END).putLong(generation).array());
  }

  /** After the keys of the view that end by then, and before all others of it. */
  static Bytes after(long generation, long end) {
    return end == Long.MAX_VALUE ? first(generation + 1) : from(generation, end + 1);
  }

  /** Not after any key of the view that ends then or later, and after all others of it. */
  static Bytes from(long generation, long end) {
    return Bytes.wrap(
        ByteBuffer.allocate(START).putLong(generation).putLong(end ^ Long.MIN_VALUE).array());
  }

  static long generation(Bytes key) {
    return ByteBuffer.wrap(key.get()).getLong(GENERATION);
  }

  static long end(Bytes key) {
    return ByteBuffer.wrap(key.get()).getLong(END) ^ Long.MIN_VALUE;
  }

  static long start(Bytes key) {
    return ByteBuffer.wrap(key.get()).getLong(START) ^ Long.MIN_VALUE;
  }

  static byte[] group(Bytes key) {
    return Arrays.copyOfRange(key.get(), GROUP, key.get().length);
  }
}
