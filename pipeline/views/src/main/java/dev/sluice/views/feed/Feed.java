package dev.sluice.views.feed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.ColumnWriter;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a view's rows as events of a stream, as a gateway would: with the stream's schema, key and
 * time, in the partition of the key. Belongs to one thread.
 */
public final class Feed {
  private static final int NONE = -1;

  private final String topic;
  private final ColumnWriter writer;
  private final int key;
  private final int time;

  /**
   * @param view has every column that the target must have a value of
   */
  private Feed(StreamDefinition view, CatalogStream target) {
    StreamDefinition stream = target.definition();
    topic = stream.topic();
    writer =
        new ColumnWriter(
            target,
            stream.fields().stream().mapToInt(field -> view.indexOf(field.name())).toArray());
    key = column(view, stream.identity().key());
    time = column(view, stream.time().field());
  }

  /** Into a stream; null where there is none. */
  public static @Nullable Feed of(CatalogStream view, @Nullable CatalogStream target) {
    return target == null ? null : new Feed(view.definition(), target);
  }

  private static int column(StreamDefinition view, @Nullable String name) {
    return name == null ? NONE : view.indexOf(name);
  }

  /**
   * The event that a row is.
   *
   * @param columns the view's
   * @param rowTime the row's own; the event's where the stream has no time column
   * @param ingested ms of the epoch, of the row too: what is written again has the same bytes
   */
  public LogRecord event(Column[] columns, int row, long rowTime, long ingested) {
    // Kafka has no time before 1970.
    long eventTime =
        time == NONE ? rowTime : Math.max(0, ((LongColumn) columns[time]).values()[row]);
    return new LogRecord(
        topic,
        null,
        eventTime,
        key == NONE ? null : key(columns[key], row),
        writer.write(columns, row, ingested),
        Map.of());
  }

  private static byte[] key(Column column, int row) {
    if (column instanceof StringColumn text) {
      return text.value(row);
    }
    if (column instanceof DoubleColumn doubles) {
      return Double.toString(doubles.values()[row]).getBytes(US_ASCII);
    }
    return key(column.type(), ((LongColumn) column).values()[row]).getBytes(US_ASCII);
  }

  private static String key(FieldType type, long value) {
    return switch (type) {
      case BOOLEAN -> Boolean.toString(value != 0);
      case TIMESTAMP -> Instant.ofEpochMilli(value).toString();
      case LONG, DOUBLE, STRING -> Long.toString(value);
    };
  }
}
