package dev.sluice.engine.log;

import dev.sluice.model.event.Column;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.json.ColumnJson;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The text of a group: the key of its rows' records. A single STRING is its text, anything else a
 * JSON array of the group's values; so is a STRING that is NULL or begins as such an array does, so
 * that different groups have different keys.
 */
public final class GroupText {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  private GroupText() {}

  /**
   * @param keys a column per key
   */
  public static byte[] of(Column[] keys, int row) {
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
        ColumnJson.write(json, key, row);
      }
      json.writeEndArray();
    }
    return out.toByteArray();
  }
}
