package dev.sluice.views.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.table.PostgresTimes;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import io.r2dbc.spi.Statement;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A batch as PostgreSQL takes it: an array for each column.
 *
 * <p>Some values PostgreSQL does not have: a text with U+0000, a time beyond the year 9999. The
 * nearest is written, and rows whose key is too long for an index are left out; then the table is
 * no longer exact.
 */
final class RowArrays {
  /** Of the texts of a key: an index takes 2,704 bytes, of which other columns have some. */
  private static final int MOST_KEY_BYTES = 2_000;

  private static final char REPLACEMENT = '\uFFFD';

  private final TableDefinition table;
  private final EventBatch batch;
  private final int[] rows;
  private final Set<String> deleted;
  private boolean exact = true;

  RowArrays(TableDefinition table, EventBatch batch) {
    this.table = table;
    this.batch = batch;
    this.deleted = new LinkedHashSet<>();
    this.rows = table.replaces() ? newest() : all();
  }

  /** Rows to insert. */
  int size() {
    return rows.length;
  }

  /** Keys whose rows go. */
  Set<String> deleted() {
    return deleted;
  }

  /** Whether PostgreSQL gets everything as it is; known when all is bound. */
  boolean exact() {
    return exact;
  }

  private int[] all() {
    int[] fitting = new int[batch.size()];
    int count = 0;
    for (int row = 0; row < batch.size(); row++) {
      if (isIndexable(row)) {
        fitting[count++] = row;
      }
    }
    return Arrays.copyOf(fitting, count);
  }

  private boolean isIndexable(int row) {
    int bytes = 0;
    for (int column : table.key()) {
      if (batch.fields()[column] instanceof StringColumn strings && !strings.isNull(row)) {
        bytes += strings.value(row).length;
      }
    }
    exact &= bytes <= MOST_KEY_BYTES;
    return bytes <= MOST_KEY_BYTES;
  }

  /** The last row of each key, unless it was deleted after that. */
  private int[] newest() {
    StringColumn keys = keys();
    Map<String, Long> gone = new HashMap<>();
    byte[] @Nullable [] tombstones = batch.undecodable().deleted();
    for (int i = 0; tombstones != null && i < tombstones.length; i++) {
      if (tombstones[i] != null) {
        gone.put(text(tombstones[i]), batch.undecodable().offset()[i]);
      }
    }
    Map<String, Integer> newest = new HashMap<>();
    for (int row = 0; row < batch.size(); row++) {
      byte[] key = keys.isNull(row) ? null : keys.value(row);
      if (key == null || key.length > MOST_KEY_BYTES || !isIndexable(row)) {
        exact = false;
        continue;
      }
      newest.put(text(key), row);
    }
    gone.forEach(
        (key, offset) -> {
          Integer row = newest.get(key);
          if (row == null || batch.log().offset()[row] < offset) {
            newest.remove(key);
            deleted.add(key);
          }
        });
    return newest.values().stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  private StringColumn keys() {
    return (StringColumn) batch.fields()[table.fields().size()];
  }

  Statement bindTo(Statement statement) {
    int place = 0;
    List<Field> fields = table.fields();
    for (int f = 0; f < fields.size(); f++) {
      statement.bind(place++, values(fields.get(f).type(), batch.fields()[f]));
    }
    statement.bind(place++, longs(batch.log().offset()));
    statement.bind(place++, times(batch.log().eventTime()));
    statement.bind(place++, watermarks());
    if (table.replaces()) {
      statement.bind(place++, strings(keys()));
    }
    return statement.bind(place, batch.partition());
  }

  private Object values(FieldType type, Column column) {
    return switch (type) {
      case STRING -> strings((StringColumn) column);
      case DOUBLE -> {
        double[] from = ((DoubleColumn) column).values();
        @Nullable Double[] to = new @Nullable Double[rows.length];
        for (int i = 0; i < to.length; i++) {
          to[i] = column.isNull(rows[i]) ? null : (Double) from[rows[i]];
        }
        yield to;
      }
      case LONG -> {
        long[] from = ((LongColumn) column).values();
        @Nullable Long[] to = new @Nullable Long[rows.length];
        for (int i = 0; i < to.length; i++) {
          to[i] = column.isNull(rows[i]) ? null : (Long) from[rows[i]];
        }
        yield to;
      }
      case BOOLEAN -> {
        long[] from = ((LongColumn) column).values();
        @Nullable Boolean[] to = new @Nullable Boolean[rows.length];
        for (int i = 0; i < to.length; i++) {
          to[i] = column.isNull(rows[i]) ? null : (Boolean) (from[rows[i]] != 0);
        }
        yield to;
      }
      case TIMESTAMP -> {
        long[] from = ((LongColumn) column).values();
        @Nullable OffsetDateTime[] to = new @Nullable OffsetDateTime[rows.length];
        for (int i = 0; i < to.length; i++) {
          to[i] = column.isNull(rows[i]) ? null : time(from[rows[i]]);
        }
        yield to;
      }
    };
  }

  private Long[] longs(long[] from) {
    Long[] to = new Long[rows.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = from[rows[i]];
    }
    return to;
  }

  private OffsetDateTime[] times(long[] from) {
    OffsetDateTime[] to = new OffsetDateTime[rows.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = time(from[rows[i]]);
    }
    return to;
  }

  private OffsetDateTime time(long millis) {
    exact &= PostgresTimes.has(millis);
    return PostgresTimes.of(millis);
  }

  private @Nullable Long[] watermarks() {
    long[] from = batch.log().watermark();
    @Nullable Long[] to = new @Nullable Long[rows.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = from[rows[i]] == Long.MIN_VALUE ? null : (Long) from[rows[i]];
    }
    return to;
  }

  private @Nullable String[] strings(StringColumn column) {
    @Nullable String[] known = new @Nullable String[column.distinct()];
    @Nullable String[] to = new @Nullable String[rows.length];
    for (int i = 0; i < to.length; i++) {
      if (!column.isNull(rows[i])) {
        int code = column.codes()[rows[i]];
        if (known[code] == null) {
          known[code] = text(column.dictionary()[code]);
        }
        to[i] = known[code];
      }
    }
    return to;
  }

  private String text(byte[] utf8) {
    String text = new String(utf8, UTF_8);
    if (text.indexOf('\0') >= 0) {
      exact = false;
      return text.replace('\0', REPLACEMENT);
    }
    if (text.indexOf(REPLACEMENT) >= 0) {
      exact &= Arrays.equals(utf8, text.getBytes(UTF_8));
    }
    return text;
  }
}
