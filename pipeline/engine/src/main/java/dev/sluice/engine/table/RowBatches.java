package dev.sluice.engine.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import io.r2dbc.spi.Readable;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes column batches of a table's rows, which come partition by partition in the order of their
 * offsets. One thread at a time.
 */
final class RowBatches {
  /** Most rows of a batch: few, so that the first is soon there. */
  static final int MAX_ROWS = 1_024;

  private static final int FIRST_VALUE = 4;
  private static final EventBatch.Undecodable ALL_DECODED =
      new EventBatch.Undecodable(new long[0], new long[0]);

  private final List<Field> fields;
  private final long[] positions;
  private final List<@Nullable Object[]> values = new ArrayList<>();
  private int partition;

  /**
   * @param positions where each partition begins
   */
  RowBatches(List<Field> fields, long[] positions) {
    this.fields = fields;
    this.positions = positions.clone();
  }

  /** The values of a row, which is there only while it is mapped. */
  @Nullable Object[] read(Readable row) {
    @Nullable Object[] read = new @Nullable Object[FIRST_VALUE + fields.size()];
    read[0] = number(row, 0);
    read[1] = number(row, 1);
    read[2] = millis(row, 2);
    read[3] = row.get(3, Long.class);
    for (int f = 0; f < fields.size(); f++) {
      read[FIRST_VALUE + f] = value(fields.get(f).type(), row, FIRST_VALUE + f);
    }
    return read;
  }

  /** Adds a row; a batch if that was full before, or of another partition. */
  @Nullable EventBatch add(@Nullable Object[] row) {
    int of = Math.toIntExact((Long) Objects.requireNonNull(row[0]));
    EventBatch full = values.size() == MAX_ROWS || of != partition ? batch() : null;
    partition = of;
    values.add(row);
    return full;
  }

  private static long number(Readable row, int column) {
    return Objects.requireNonNull(row.get(column, Long.class));
  }

  private static long millis(Readable row, int column) {
    return Objects.requireNonNull(row.get(column, OffsetDateTime.class)).toInstant().toEpochMilli();
  }

  private static @Nullable Object value(FieldType type, Readable row, int column) {
    return switch (type) {
      case STRING -> row.get(column, String.class);
      case LONG -> row.get(column, Long.class);
      case DOUBLE -> row.get(column, Double.class);
      case BOOLEAN -> row.get(column, Boolean.class);
      case TIMESTAMP -> row.get(column) == null ? null : (Object) millis(row, column);
    };
  }

  /** The rows that were added since the last batch; null if there are none. */
  @Nullable EventBatch batch() {
    int size = values.size();
    if (size == 0) {
      return null;
    }
    long[] offset = longs(1);
    long[] time = longs(2);
    long[] watermark = longs(3);
    Column[] columns = new Column[fields.size()];
    for (int f = 0; f < columns.length; f++) {
      columns[f] = column(fields.get(f).type(), FIRST_VALUE + f);
    }
    values.clear();
    long first = positions[partition];
    positions[partition] = offset[size - 1] + 1;
    return new EventBatch(
        partition,
        first,
        positions[partition],
        size,
        columns,
        new EventBatch.LogColumns(
            offset, time, new long[size], watermark, null, EventBatch.Whole.of(size, time, null)),
        // At least: what the last row does to it the next one says, or the end.
        watermark[size - 1],
        ALL_DECODED);
  }

  /** A batch of no rows, up to where the table ends. */
  EventBatch end(int of, long next, long watermark) {
    long first = positions[of];
    positions[of] = Math.max(first, next);
    Column[] columns = new Column[fields.size()];
    for (int f = 0; f < columns.length; f++) {
      columns[f] = column(fields.get(f).type(), FIRST_VALUE + f);
    }
    long[] none = new long[0];
    return new EventBatch(
        of,
        first,
        positions[of],
        0,
        columns,
        new EventBatch.LogColumns(none, none, none, none, null, EventBatch.Whole.of(0, none, null)),
        watermark,
        ALL_DECODED);
  }

  /** {@link Long#MIN_VALUE} for NULL. */
  private long[] longs(int at) {
    long[] longs = new long[values.size()];
    for (int row = 0; row < longs.length; row++) {
      Object value = values.get(row)[at];
      longs[row] = value == null ? Long.MIN_VALUE : (Long) value;
    }
    return longs;
  }

  private Column column(FieldType type, int at) {
    int size = values.size();
    long[] nulls = null;
    for (int row = 0; row < size; row++) {
      if (values.get(row)[at] == null) {
        nulls = nulls == null ? Bitmap.none(size) : nulls;
        Bitmap.set(nulls, row);
      }
    }
    return switch (type) {
      case STRING -> strings(at, nulls);
      case DOUBLE -> {
        double[] doubles = new double[size];
        for (int row = 0; row < size; row++) {
          doubles[row] = values.get(row)[at] instanceof Double number ? number : 0;
        }
        yield new DoubleColumn(doubles, nulls);
      }
      case LONG, TIMESTAMP, BOOLEAN -> {
        long[] longs = new long[size];
        for (int row = 0; row < size; row++) {
          Object value = values.get(row)[at];
          longs[row] =
              value instanceof Boolean flag ? (flag ? 1 : 0) : value == null ? 0 : (Long) value;
        }
        yield new LongColumn(type, longs, nulls);
      }
    };
  }

  private Column strings(int at, long @Nullable [] nulls) {
    Map<String, Integer> known = new HashMap<>();
    byte[][] dictionary = new byte[values.size()][];
    int[] codes = new int[values.size()];
    for (int row = 0; row < codes.length; row++) {
      if (values.get(row)[at] instanceof String text) {
        int next = known.size();
        Integer same = known.putIfAbsent(text, next);
        codes[row] = same == null ? next : same;
        if (same == null) {
          dictionary[next] = text.getBytes(UTF_8);
        }
      }
    }
    return new StringColumn(codes, Arrays.copyOf(dictionary, known.size()), known.size(), nulls);
  }
}
