package dev.sluice.model.json;

import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.StreamDefinition;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Finds a field by the bytes of its name. Immutable. */
final class FieldNames {
  private static final int EMPTY = -1;

  private final byte[][] names;
  private final int[] slots;

  FieldNames(StreamDefinition stream) {
    List<Field> fields = stream.fields();
    names = new byte[fields.size()][];
    slots = new int[Integer.highestOneBit(fields.size()) * 4];
    Arrays.fill(slots, EMPTY);
    for (int i = 0; i < names.length; i++) {
      names[i] = fields.get(i).name().getBytes(StandardCharsets.US_ASCII);
      int slot = hash(names[i], 0, names[i].length);
      while (slots[slot] != EMPTY) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = i;
    }
  }

  int count() {
    return names.length;
  }

  /** Position of the field of this name, or -1. */
  int find(byte[] text, int from, int to) {
    for (int slot = hash(text, from, to);
        slots[slot] != EMPTY;
        slot = slot + 1 & slots.length - 1) {
      byte[] name = names[slots[slot]];
      if (Arrays.equals(name, 0, name.length, text, from, to)) {
        return slots[slot];
      }
    }
    return -1;
  }

  /**
   * Whether this field's name and then a closing quote stand here.
   *
   * @param end of what may be read
   */
  boolean isAt(int field, byte[] json, int from, int end) {
    byte[] name = names[field];
    int to = from + name.length;
    return to < end && json[to] == '"' && Arrays.equals(name, 0, name.length, json, from, to);
  }

  int length(int field) {
    return names[field].length;
  }

  private int hash(byte[] text, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + text[i];
    }
    hash *= 0x9E3779B1;
    return hash >>> 16 & slots.length - 1;
  }
}
