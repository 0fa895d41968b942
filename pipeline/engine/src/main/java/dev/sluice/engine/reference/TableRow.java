package dev.sluice.engine.reference;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row of a reference table. Immutable.
 *
 * <p>A STRING is its UTF-8 bytes; a LONG, a TIMESTAMP (ms of the epoch) and a BOOLEAN (0 or 1) are
 * a Long; a DOUBLE is a Double.
 */
final class TableRow {
  private static final int ROW_BYTES = 48;
  private static final int NUMBER_BYTES = 24;
  private static final int TEXT_BYTES = 24;

  final @Nullable Object[] values;

  /** Of its key. */
  final int hash;

  /**
   * @param key positions of the key's values, none of which is null
   */
  TableRow(@Nullable Object[] values, int[] key) {
    this.values = values;
    int all = 0;
    for (int column : key) {
      all = 31 * all + hash(values[column]);
    }
    hash = spread(all);
  }

  private static int hash(@Nullable Object value) {
    if (value instanceof byte[] text) {
      return Arrays.hashCode(text);
    }
    return value instanceof Double number
        ? hash(number.doubleValue())
        : Objects.requireNonNull(value).hashCode();
  }

  /** 0.0 equals -0.0. */
  static int hash(double value) {
    return Double.hashCode(value + 0.0);
  }

  static int spread(int hash) {
    int spread = hash * 0x9E3779B9;
    return spread ^ (spread >>> 15);
  }

  boolean hasKeyOf(TableRow other, int[] key) {
    for (int column : key) {
      if (!equal(values[column], other.values[column])) {
        return false;
      }
    }
    return true;
  }

  private static boolean equal(@Nullable Object one, @Nullable Object other) {
    if (one instanceof byte[] text) {
      return other instanceof byte[] bytes && Arrays.equals(text, bytes);
    }
    if (one instanceof Double number) {
      return other instanceof Double value && number.doubleValue() == value.doubleValue();
    }
    return one != null && one.equals(other);
  }

  /** About what it takes of the heap. */
  long bytes() {
    long bytes = ROW_BYTES + 4L * values.length;
    for (Object value : values) {
      bytes += value instanceof byte[] text ? TEXT_BYTES + text.length : NUMBER_BYTES;
    }
    return bytes;
  }
}
