package dev.sluice.engine.reference;

import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.expression.StringDictionary;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table that a batch's events have, each looked up once, and their fields as columns
 * of the batch: NULL where an event has no row. What stands at events that were not asked for is
 * undefined.
 */
public final class TableLookup {
  private static final byte[] NO_TEXT = {};
  private static final int NONE = -1;

  private final TableSnapshot table;
  private final Rows events;

  /** By event, its row's place in {@link #found}. */
  private final int[] places;

  private TableRow[] found = new TableRow[16];
  private int count;

  /** Open addressing by linear probing: place + 1 of the row, 0 where none is. */
  private int[] slots = new int[32];

  /**
   * Looks the events up.
   *
   * @param keys the events' columns, in the order of the table's key
   */
  public TableLookup(TableSnapshot table, Column[] keys, Rows events) {
    this.table = table;
    this.events = events;
    this.places = new int[events.size()];
    if (keys.length == 1
        && keys[0] instanceof StringColumn text
        && text.distinct() <= 2 * events.count()) {
      findByCode(text, keys);
    } else {
      for (int i = 0; i < events.count(); i++) {
        int event = events.selected()[i];
        places[event] = place(table.find(keys, event));
      }
    }
  }

  /** Each text is looked for once. */
  private void findByCode(StringColumn text, Column[] keys) {
    int[] known = new int[text.distinct()];
    for (int i = 0; i < events.count(); i++) {
      int event = events.selected()[i];
      if (text.isNull(event)) {
        places[event] = NONE;
        continue;
      }
      int code = text.codes()[event];
      if (known[code] == 0) {
        known[code] = place(table.find(keys, event)) + 2;
      }
      places[event] = known[code] - 2;
    }
  }

  private int place(@Nullable TableRow row) {
    if (row == null) {
      return NONE;
    }
    int slot = slot(row);
    if (slots[slot] == 0) {
      if (count == found.length) {
        grow();
        slot = slot(row);
      }
      found[count++] = row;
      slots[slot] = count;
    }
    return slots[slot] - 1;
  }

  private int slot(TableRow row) {
    // Rows of one bucket of the table differ in the higher bits.
    int slot = (row.hash >>> 8) & (slots.length - 1);
    while (slots[slot] != 0 && found[slots[slot] - 1] != row) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private void grow() {
    TableRow[] rows = new TableRow[2 * count];
    System.arraycopy(found, 0, rows, 0, count);
    found = rows;
    slots = new int[4 * count];
    for (int place = 0; place < count; place++) {
      slots[slot(found[place])] = place + 1;
    }
  }

  /**
   * A field of the events' rows.
   *
   * @param field its position in the table's definition
   */
  public Column column(int field) {
    FieldType type = table.table().fields().get(field).type();
    return switch (type) {
      case STRING -> texts(field);
      case DOUBLE -> doubles(field);
      case LONG, BOOLEAN, TIMESTAMP -> longs(type, field);
    };
  }

  private Column texts(int field) {
    StringDictionary dictionary = new StringDictionary();
    int[] codeOf = new int[count];
    for (int place = 0; place < count; place++) {
      codeOf[place] =
          dictionary.code(found[place].values[field] instanceof byte[] text ? text : NO_TEXT);
    }
    int[] codes = new int[places.length];
    for (int i = 0; i < events.count(); i++) {
      int event = events.selected()[i];
      codes[event] = places[event] == NONE ? 0 : codeOf[places[event]];
    }
    return dictionary.column(codes, nulls(field));
  }

  private Column doubles(int field) {
    double[] values = new double[places.length];
    for (int i = 0; i < events.count(); i++) {
      int event = events.selected()[i];
      if (places[event] != NONE && found[places[event]].values[field] instanceof Double value) {
        values[event] = value;
      }
    }
    return new DoubleColumn(values, nulls(field));
  }

  private Column longs(FieldType type, int field) {
    long[] values = new long[places.length];
    for (int i = 0; i < events.count(); i++) {
      int event = events.selected()[i];
      if (places[event] != NONE && found[places[event]].values[field] instanceof Long value) {
        values[event] = value;
      }
    }
    return new LongColumn(type, values, nulls(field));
  }

  private long @Nullable [] nulls(int field) {
    long[] nulls = null;
    for (int i = 0; i < events.count(); i++) {
      int event = events.selected()[i];
      if (places[event] == NONE || found[places[event]].values[field] == null) {
        nulls = nulls == null ? Bitmap.none(places.length) : nulls;
        Bitmap.set(nulls, event);
      }
    }
    return nulls;
  }
}
