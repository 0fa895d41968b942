package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One key of every group. NULL is a group of its own; -0.0 is in the group of 0.0, as SQL has it.
 *
 * <p>Doubles are kept as the bits of the normalised value.
 */
final class KeyColumn {
  private static final byte[] NONE = new byte[0];
  private static final int NULL_HASH = 0x5bd1e995;

  private final FieldType type;
  private long[] values = new long[0];
  private byte[][] strings = new byte[0][];
  private boolean[] nulls = new boolean[0];
  private long textBytes;

  KeyColumn(FieldType type) {
    this.type = type;
  }

  FieldType type() {
    return type;
  }

  /** A column of the one value that was written. */
  static KeyColumn one(FieldType type, ByteBuffer in) {
    KeyColumn one = new KeyColumn(type);
    one.grow(1);
    one.nulls[0] = in.get() == 0;
    if (one.nulls[0]) {
      one.setNull(0);
    } else if (type == FieldType.STRING) {
      one.strings[0] = StateWriter.bytes(in);
    } else {
      one.values[0] = in.getLong();
    }
    return one;
  }

  void write(int slot, StateWriter out) {
    out.putByte(nulls[slot] ? 0 : 1);
    if (nulls[slot]) {
      return;
    }
    if (type == FieldType.STRING) {
      out.putBytes(strings[slot]);
    } else {
      out.putLong(values[slot]);
    }
  }

  void grow(int groups) {
    nulls = Arrays.copyOf(nulls, groups);
    if (type == FieldType.STRING) {
      strings = Arrays.copyOf(strings, groups);
    } else {
      values = Arrays.copyOf(values, groups);
    }
  }

  static int hash(Column column, int row) {
    if (column.isNull(row)) {
      return NULL_HASH;
    }
    if (column instanceof StringColumn string) {
      return Arrays.hashCode(string.value(row));
    }
    long bits = bits(column, row);
    return Long.hashCode(bits * 0x9E3779B97F4A7C15L);
  }

  boolean equalsAt(int slot, Column column, int row) {
    if (nulls[slot] || column.isNull(row)) {
      return nulls[slot] && column.isNull(row);
    }
    return column instanceof StringColumn string
        ? Arrays.equals(strings[slot], string.value(row))
        : values[slot] == bits(column, row);
  }

  void set(int slot, Column column, int row) {
    if (column.isNull(row)) {
      setNull(slot);
    } else if (type == FieldType.STRING) {
      setText(slot, ((StringColumn) column).value(row));
    } else {
      nulls[slot] = false;
      values[slot] = bits(column, row);
    }
  }

  void set(int slot, KeyColumn from, int other) {
    if (from.nulls[other]) {
      setNull(slot);
    } else if (type == FieldType.STRING) {
      setText(slot, from.strings[other]);
    } else {
      nulls[slot] = false;
      values[slot] = from.values[other];
    }
  }

  void setNull(int slot) {
    if (type == FieldType.STRING) {
      setText(slot, NONE);
    }
    nulls[slot] = true;
  }

  private void setText(int slot, byte[] text) {
    textBytes += text.length - (strings[slot] == null ? 0 : strings[slot].length);
    strings[slot] = text;
    nulls[slot] = false;
  }

  /** About how many bytes of heap the keys take. */
  long bytes() {
    return textBytes + (type == FieldType.STRING ? Texts.OVERHEAD + 1L : 9L) * nulls.length;
  }

  private static long bits(Column column, int row) {
    return column instanceof DoubleColumn doubles
        ? Double.doubleToRawLongBits(doubles.values()[row] + 0.0)
        : ((LongColumn) column).values()[row];
  }

  /** The order of two groups by this key; NULL last. */
  int compare(int a, int b) {
    if (nulls[a] || nulls[b]) {
      return Boolean.compare(nulls[a], nulls[b]);
    }
    return switch (type) {
      case STRING -> Arrays.compareUnsigned(strings[a], strings[b]);
      case DOUBLE ->
          Double.compare(Double.longBitsToDouble(values[a]), Double.longBitsToDouble(values[b]));
      case LONG, TIMESTAMP, BOOLEAN -> Long.compare(values[a], values[b]);
    };
  }

  Column results(int[] slots) {
    long @Nullable [] bitmap = null;
    for (int i = 0; i < slots.length; i++) {
      if (nulls[slots[i]]) {
        bitmap = bitmap == null ? Bitmap.none(slots.length) : bitmap;
        Bitmap.set(bitmap, i);
      }
    }
    return switch (type) {
      case STRING -> {
        int[] codes = new int[slots.length];
        byte[][] dictionary = new byte[slots.length][];
        for (int i = 0; i < slots.length; i++) {
          codes[i] = i;
          dictionary[i] = strings[slots[i]];
        }
        yield new StringColumn(codes, dictionary, dictionary.length, bitmap);
      }
      case DOUBLE -> {
        double[] doubles = new double[slots.length];
        for (int i = 0; i < slots.length; i++) {
          doubles[i] = Double.longBitsToDouble(values[slots[i]]);
        }
        yield new DoubleColumn(doubles, bitmap);
      }
      case LONG, TIMESTAMP, BOOLEAN -> {
        long[] longs = new long[slots.length];
        for (int i = 0; i < slots.length; i++) {
          longs[i] = values[slots[i]];
        }
        yield new LongColumn(type, longs, bitmap);
      }
    };
  }
}
