package dev.sluice.views.merge;

import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The text of a group: the key of its rows' records. A single STRING is its text, anything else a
 * JSON array of the group's values; so is a STRING that is NULL or begins as such an array does, so
 * that different groups have different keys.
 */
final class GroupText {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();
  private static final DateTimeFormatter INSTANT =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private GroupText() {}

  /**
   * @param keys a column per key
   */
  static byte[] of(Column[] keys, int row) {
    if (keys.length == 1 && keys[0] instanceof StringColumn text && !text.isNull(row)) {
      byte[] utf8 = text.value(row);
      if (utf8.length == 0 || utf8[0] != '[') {
        return utf8;
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartArray();
      for (Column key : keys) {
        write(json, key, row);
      }
      json.writeEndArray();
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, Column key, int row) {
    if (key.isNull(row)) {
      json.writeNull();
    } else if (key instanceof StringColumn text) {
      byte[] utf8 = text.value(row);
      json.writeUTF8String(utf8, 0, utf8.length);
    } else if (key instanceof DoubleColumn doubles) {
      json.writeNumber(doubles.values()[row]);
    } else {
      long value = ((LongColumn) key).values()[row];
      if (key.type() == FieldType.BOOLEAN) {
        json.writeBoolean(value != 0);
      } else if (key.type() == FieldType.TIMESTAMP) {
        json.writeString(INSTANT.format(Instant.ofEpochMilli(value)));
      } else {
        json.writeNumber(value);
      }
    }
  }
}
