package dev.sluice.engine.aggregate;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.StringColumn;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The groups of one window, or of a running total, and their aggregates. */
public final class GroupTable {
  private static final int FIRST_CAPACITY = 16;
  private static final byte[][] NO_DICTIONARY = new byte[0][];
  private static final int[] FIRST_GROUP = {0};

  private final KeyColumn[] keys;
  private final Accumulator[] accumulators;
  private int capacity;
  private int size;
  private int[] places = new int[2 * FIRST_CAPACITY];
  private int[] hashes = new int[0];

  // Where there is one STRING key, its dictionary's codes lead to the groups without hashing.
  private byte[][] dictionary = NO_DICTIONARY;
  private int[] slotOfCode = new int[0];

  private int[] slots = new int[0];

  public GroupTable(Grouping grouping) {
    keys = grouping.keys().stream().map(key -> new KeyColumn(key.type())).toArray(KeyColumn[]::new);
    accumulators = grouping.aggregates().stream().map(Accumulator::of).toArray(Accumulator[]::new);
    grow(FIRST_CAPACITY);
  }

  /** Number of groups; their slots are 0 to n - 1. */
  public int size() {
    return size;
  }

  /** The one group of an aggregation without keys, which is there even when no event is. */
  public void addEmptyGroup() {
    size = 1;
  }

  /**
   * Adds events.
   *
   * @param rows the events' rows; the first {@code count} entries
   * @return the group of each of those rows; valid until the next call
   * @throws dev.sluice.model.problem.ProblemException QUERY_STATE_LIMIT
   */
  public int[] add(Inputs inputs, int[] rows, int count) {
    Column[] keyColumns = inputs.keys();
    room(count);
    if (keys.length == 0) {
      size = 1;
      Arrays.fill(slots, 0, count, 0);
    } else if (keys.length == 1 && keyColumns[0] instanceof StringColumn string) {
      findByCode(string, keyColumns, rows, count);
    } else {
      for (int i = 0; i < count; i++) {
        slots[i] = find(keyColumns, rows[i]);
      }
    }
    for (int a = 0; a < accumulators.length; a++) {
      accumulators[a].add(inputs.arguments()[a], inputs.order(), rows, slots, count);
    }
    return slots;
  }

  /**
   * Adds groups without an event, where they are not there yet.
   *
   * @param keyColumns a column per key
   * @return the group of each of the first {@code count} rows; valid until the next call
   */
  public int[] include(Column[] keyColumns, int count) {
    room(count);
    if (keys.length == 0) {
      size = count == 0 ? size : 1;
      Arrays.fill(slots, 0, count, 0);
    } else {
      for (int row = 0; row < count; row++) {
        slots[row] = find(keyColumns, row);
      }
    }
    return slots;
  }

  /**
   * Adds the groups of another table of the same grouping, which stays as it is.
   *
   * @return the group here of each of the other's groups; valid until the next call
   * @throws dev.sluice.model.problem.ProblemException QUERY_STATE_LIMIT
   */
  public int[] merge(GroupTable other) {
    int[] found = include(other.keys(IntStream.range(0, other.size).toArray()), other.size);
    for (int a = 0; a < accumulators.length; a++) {
      accumulators[a].merge(other.accumulators[a], found, other.size);
    }
    return found;
  }

  /** The keys of a group, written. Equal keys are equal bytes. */
  public byte[] key(int slot) {
    StateWriter out = new StateWriter();
    for (KeyColumn key : keys) {
      key.write(slot, out);
    }
    return out.toBytes();
  }

  /** The aggregates of a group, written. */
  public byte[] state(int slot) {
    StateWriter out = new StateWriter();
    for (Accumulator accumulator : accumulators) {
      accumulator.write(slot, out);
    }
    return out.toBytes();
  }

  /**
   * Adds what another table of the same grouping wrote of a group.
   *
   * @return the group here
   * @throws dev.sluice.model.problem.ProblemException QUERY_STATE_LIMIT
   */
  public int merge(byte[] key, byte[] state) {
    int slot = 0;
    if (keys.length == 0) {
      size = 1;
    } else {
      ByteBuffer in = ByteBuffer.wrap(key);
      Column[] keyColumns = new Column[keys.length];
      for (int k = 0; k < keys.length; k++) {
        keyColumns[k] = KeyColumn.one(keys[k].type(), in).results(FIRST_GROUP);
      }
      slot = find(keyColumns, 0);
    }
    ByteBuffer in = ByteBuffer.wrap(state);
    for (Accumulator accumulator : accumulators) {
      accumulator.read(slot, in);
    }
    return slot;
  }

  /** About how many bytes of heap it takes; quick to tell. */
  public long bytes() {
    long bytes = 4L * (hashes.length + places.length + slotOfCode.length + slots.length);
    for (KeyColumn key : keys) {
      bytes += key.bytes();
    }
    for (Accumulator accumulator : accumulators) {
      bytes += accumulator.bytes();
    }
    return bytes;
  }

  private void room(int count) {
    if (slots.length < count) {
      slots = new int[count];
    }
  }

  private void findByCode(StringColumn key, Column[] keyColumns, int[] rows, int count) {
    if (dictionary != key.dictionary()) {
      dictionary = key.dictionary();
      slotOfCode = new int[dictionary.length];
    }
    int[] codes = key.codes();
    long[] nulls = key.nulls();
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      if (Bitmap.get(nulls, row)) {
        slots[i] = find(keyColumns, row);
        continue;
      }
      int known = slotOfCode[codes[row]];
      if (known == 0) {
        known = find(keyColumns, row) + 1;
        slotOfCode[codes[row]] = known;
      }
      slots[i] = known - 1;
    }
  }

  private int find(Column[] keyColumns, int row) {
    int hash = 1;
    for (Column column : keyColumns) {
      hash = 31 * hash + KeyColumn.hash(column, row);
    }
    hash ^= hash >>> 16;
    int mask = places.length - 1;
    int place = hash & mask;
    while (places[place] != 0) {
      int slot = places[place] - 1;
      if (hashes[slot] == hash && equalKeys(slot, keyColumns, row)) {
        return slot;
      }
      place = (place + 1) & mask;
    }
    return addGroup(keyColumns, row, hash, place);
  }

  private boolean equalKeys(int slot, Column[] keyColumns, int row) {
    for (int k = 0; k < keys.length; k++) {
      if (!keys[k].equalsAt(slot, keyColumns[k], row)) {
        return false;
      }
    }
    return true;
  }

  private int addGroup(Column[] keyColumns, int row, int hash, int place) {
    if (size == capacity) {
      grow(2 * capacity);
    }
    int slot = size++;
    hashes[slot] = hash;
    for (int k = 0; k < keys.length; k++) {
      keys[k].set(slot, keyColumns[k], row);
    }
    places[place] = size;
    if (2 * size > places.length) {
      rehash();
    }
    return slot;
  }

  private void rehash() {
    int[] next = new int[2 * places.length];
    int mask = next.length - 1;
    for (int slot = 0; slot < size; slot++) {
      int place = hashes[slot] & mask;
      while (next[place] != 0) {
        place = (place + 1) & mask;
      }
      next[place] = slot + 1;
    }
    places = next;
  }

  private void grow(int groups) {
    capacity = groups;
    hashes = Arrays.copyOf(hashes, groups);
    for (KeyColumn key : keys) {
      key.grow(groups);
    }
    for (Accumulator accumulator : accumulators) {
      accumulator.grow(groups);
    }
  }

  /** All groups, in the order of their keys. */
  public int[] ordered() {
    return ordered(IntStream.range(0, size).toArray());
  }

  /** These groups, in the order of their keys. */
  public int[] ordered(int[] groups) {
    return IntStream.of(groups).boxed().sorted(this::compare).mapToInt(Integer::intValue).toArray();
  }

  /** The order of two groups by their keys. */
  int compare(int a, int b) {
    for (KeyColumn key : keys) {
      int order = key.compare(a, b);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** The keys of these groups: a column each. */
  public Column[] keys(int[] groups) {
    Column[] columns = new Column[keys.length];
    for (int k = 0; k < keys.length; k++) {
      columns[k] = keys[k].results(groups);
    }
    return columns;
  }

  /**
   * The keys of these groups, then their aggregates: a column each.
   *
   * @throws dev.sluice.model.problem.ProblemException QUERY_OVERFLOW
   */
  public Column[] results(int[] groups) {
    Column[] columns = Arrays.copyOf(keys(groups), keys.length + accumulators.length);
    for (int a = 0; a < accumulators.length; a++) {
      columns[keys.length + a] = accumulators[a].results(groups);
    }
    return columns;
  }

  /** Evaluates expressions, a column each. */
  public static Column[] evaluate(List<Expression> expressions, Rows rows) {
    Column[] columns = new Column[expressions.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = expressions.get(i).evaluate(rows);
    }
    return columns;
  }
}
