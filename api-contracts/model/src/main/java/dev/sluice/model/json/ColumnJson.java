package dev.sluice.model.json;

import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/** Values of columns as they are on the wire. */
public final class ColumnJson {
  private static final DateTimeFormatter INSTANT =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private ColumnJson() {}

  /** Writes one row's value. */
  public static void write(JsonGenerator json, Column column, int row) {
    if (column.isNull(row)) {
      json.writeNull();
    } else if (column instanceof StringColumn string) {
      byte[] utf8 = string.value(row);
      json.writeUTF8String(utf8, 0, utf8.length);
    } else if (column instanceof DoubleColumn doubles) {
      json.writeNumber(doubles.values()[row]);
    } else {
      long value = ((LongColumn) column).values()[row];
      if (column.type() == FieldType.BOOLEAN) {
        json.writeBoolean(value != 0);
      } else if (column.type() == FieldType.TIMESTAMP) {
        json.writeString(instant(value));
      } else {
        json.writeNumber(value);
      }
    }
  }

  /** A time as it is on the wire: an ISO instant in UTC with milliseconds. */
  public static String instant(long millis) {
    return INSTANT.format(Instant.ofEpochMilli(millis));
  }
}
