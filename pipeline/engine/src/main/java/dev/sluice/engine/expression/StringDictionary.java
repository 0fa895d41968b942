package dev.sluice.engine.expression;

import dev.sluice.model.event.StringColumn;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Distinct UTF-8 values, each with a code: the dictionary of a column in the making. */
public final class StringDictionary {
  private byte[][] values = new byte[16][];
  private int size;

  /** Open addressing by linear probing: code + 1 of the value, 0 where none is. */
  private int[] table = new int[32];

  /** The value's code; a new one if it is new. */
  public int code(byte[] value) {
    int slot = slot(value);
    if (table[slot] != 0) {
      return table[slot] - 1;
    }
    if (size == values.length) {
      grow();
      slot = slot(value);
    }
    values[size++] = value;
    table[slot] = size;
    return size - 1;
  }

  boolean contains(byte[] value) {
    return table[slot(value)] != 0;
  }

  /** Puts the codes of the column's values at the rows, none of which is null. */
  void putAll(StringColumn column, Rows rows, int[] codes) {
    putAll(column, rows, codes, null);
  }

  /**
   * Puts the codes of what the function makes of the column's values at the rows, none of which is
   * null: once per distinct value that occurs, where that is less work than once per row.
   */
  void putAll(StringColumn column, Rows rows, int[] codes, @Nullable StringFunction function) {
    int[] known = column.distinct() <= rows.count() ? new int[column.distinct()] : null;
    int[] selected = rows.selected();
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      int from = column.codes()[row];
      int to = known == null ? 0 : known[from];
      if (to == 0) {
        byte[] value = column.dictionary()[from];
        to = code(function == null ? value : function.apply(value)) + 1;
        if (known != null) {
          known[from] = to;
        }
      }
      codes[row] = to - 1;
    }
  }

  /** The column; this dictionary is its own and must not grow any more. */
  public StringColumn column(int[] codes, long @Nullable [] nulls) {
    return new StringColumn(codes, values, size, nulls);
  }

  private int slot(byte[] value) {
    int hash = Arrays.hashCode(value) * 0x9E3779B9;
    int slot = (hash ^ (hash >>> 16)) & (table.length - 1);
    while (table[slot] != 0 && !Arrays.equals(values[table[slot] - 1], value)) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  private void grow() {
    values = Arrays.copyOf(values, 2 * size);
    table = new int[4 * size];
    for (int i = 0; i < size; i++) {
      table[slot(values[i])] = i + 1;
    }
  }
}
