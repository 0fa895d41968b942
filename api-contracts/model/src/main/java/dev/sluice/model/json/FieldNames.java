package dev.sluice.model.json;

import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.StreamDefinition;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Finds a field by the bytes of its name, or of an alias. Immutable. */
final class FieldNames {
  private static final int EMPTY = -1;

  private final byte[][] names;

  /** The names, and then the aliases, each with its field. */
  private final byte[][] spellings;

  private final int[] fieldOf;
  private final int[] slots;

  FieldNames(StreamDefinition stream) {
    List<Field> fields = stream.fields();
    int count = fields.stream().mapToInt(field -> 1 + field.aliases().size()).sum();
    names = new byte[fields.size()][];
    spellings = new byte[count][];
    fieldOf = new int[count];
    slots = new int[Integer.highestOneBit(count) * 4];
    Arrays.fill(slots, EMPTY);
    int alias = names.length;
    for (int i = 0; i < names.length; i++) {
      names[i] = ascii(fields.get(i).name());
      add(i, names[i], i);
      for (String other : fields.get(i).aliases()) {
        add(alias++, ascii(other), i);
      }
    }
  }

  private static byte[] ascii(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  private void add(int index, byte[] spelling, int field) {
    spellings[index] = spelling;
    fieldOf[index] = field;
    int slot = hash(spelling, 0, spelling.length);
    while (slots[slot] != EMPTY) {
      slot = slot + 1 & slots.length - 1;
    }
    slots[slot] = index;
  }

  int count() {
    return names.length;
  }

  /** Position of the field of this name or alias, or -1. */
  int find(byte[] text, int from, int to) {
    for (int slot = hash(text, from, to);
        slots[slot] != EMPTY;
        slot = slot + 1 & slots.length - 1) {
      byte[] name = spellings[slots[slot]];
      if (Arrays.equals(name, 0, name.length, text, from, to)) {
        return fieldOf[slots[slot]];
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
