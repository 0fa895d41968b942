package dev.sluice.engine.reference;

import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.table.TableDefinition;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reference table's rows as of one moment. Immutable: another moment's shares with it whatever
 * has not changed. A change costs what it changes, and an array of an eighth of the rows.
 */
public final class TableSnapshot {
  private static final int ROWS_PER_BUCKET = 8;
  private static final TableRow[] NOTHING = {};

  private final TableDefinition table;
  private final int[] key;

  /** By the lowest bits of the keys' hashes. */
  private final TableRow[][] buckets;

  private final int size;
  private final long bytes;

  private TableSnapshot(TableDefinition table, TableRow[][] buckets, int size, long bytes) {
    this.table = table;
    this.key = table.keyColumns();
    this.buckets = buckets;
    this.size = size;
    this.bytes = bytes;
  }

  /**
   * @param rows of different keys
   */
  static TableSnapshot of(TableDefinition table, Collection<TableRow> rows) {
    int count = Integer.highestOneBit(Math.max(1, rows.size() / ROWS_PER_BUCKET) * 2 - 1);
    TableRow[][] buckets = new TableRow[count][];
    Arrays.fill(buckets, NOTHING);
    long bytes = 0;
    for (TableRow row : rows) {
      int bucket = row.hash & (count - 1);
      buckets[bucket] = plus(buckets[bucket], row);
      bytes += row.bytes();
    }
    return new TableSnapshot(table, buckets, rows.size(), bytes);
  }

  private static TableRow[] plus(TableRow[] bucket, TableRow row) {
    TableRow[] longer = Arrays.copyOf(bucket, bucket.length + 1);
    longer[bucket.length] = row;
    return longer;
  }

  /**
   * A key, and the row that it has now.
   *
   * @param key a row of which the key alone counts
   * @param row null: it has none any more
   */
  record Change(TableRow key, @Nullable TableRow row) {}

  TableSnapshot with(List<Change> changes) {
    TableRow[][] changed = buckets.clone();
    int count = size;
    long weight = bytes;
    for (Change change : changes) {
      int at = change.key().hash & (changed.length - 1);
      TableRow before = find(changed[at], change.key());
      if (before != null) {
        changed[at] = without(changed[at], before);
        count--;
        weight -= before.bytes();
      }
      TableRow row = change.row();
      if (row != null) {
        changed[at] = plus(changed[at], row);
        count++;
        weight += row.bytes();
      }
    }
    TableSnapshot after = new TableSnapshot(table, changed, count, weight);
    return count > 2L * ROWS_PER_BUCKET * changed.length ? of(table, after.rows()) : after;
  }

  private @Nullable TableRow find(TableRow[] bucket, TableRow wanted) {
    for (TableRow row : bucket) {
      if (row.hash == wanted.hash && row.hasKeyOf(wanted, key)) {
        return row;
      }
    }
    return null;
  }

  private static TableRow[] without(TableRow[] bucket, TableRow row) {
    return Arrays.stream(bucket).filter(other -> other != row).toArray(TableRow[]::new);
  }

  private List<TableRow> rows() {
    return Arrays.stream(buckets).flatMap(Arrays::stream).toList();
  }

  public TableDefinition table() {
    return table;
  }

  /** Rows. */
  public int size() {
    return size;
  }

  /** About what they take of the heap. */
  public long bytes() {
    return bytes;
  }

  /**
   * The row whose key an event has; null if there is none, or the event's key has a NULL.
   *
   * @param keys the events' columns, in the order of the table's key
   */
  @Nullable TableRow find(Column[] keys, int event) {
    int all = 0;
    for (Column column : keys) {
      if (column.isNull(event)) {
        return null;
      }
      all = 31 * all + hash(column, event);
    }
    int hash = TableRow.spread(all);
    for (TableRow row : buckets[hash & (buckets.length - 1)]) {
      if (row.hash == hash && isKey(row, keys, event)) {
        return row;
      }
    }
    return null;
  }

  private static int hash(Column column, int event) {
    if (column instanceof StringColumn text) {
      return Arrays.hashCode(text.value(event));
    }
    return column instanceof DoubleColumn number
        ? TableRow.hash(number.values()[event])
        : Long.hashCode(((LongColumn) column).values()[event]);
  }

  private boolean isKey(TableRow row, Column[] keys, int event) {
    for (int k = 0; k < keys.length; k++) {
      if (!isEqual(row.values[key[k]], keys[k], event)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isEqual(@Nullable Object value, Column column, int event) {
    if (column instanceof StringColumn text) {
      return value instanceof byte[] bytes && Arrays.equals(bytes, text.value(event));
    }
    return column instanceof DoubleColumn number
        ? value instanceof Double other && other == number.values()[event]
        : value instanceof Long whole && whole == ((LongColumn) column).values()[event];
  }
}
