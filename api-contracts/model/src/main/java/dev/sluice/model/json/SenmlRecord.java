package dev.sluice.model.json;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * A resolved record of SenML (RFC 8428, 4.6).
 *
 * @param time ms of the epoch
 * @param value a Double, a String or a Boolean; null: it has a sum only
 * @param data whether the value is bytes, as text in base64url
 */
record SenmlRecord(
    String name,
    @Nullable String unit,
    long time,
    @Nullable Object value,
    boolean data,
    @Nullable Double sum) {

  /** The records as a pack of their own, in JSON. */
  static byte[] toJson(List<SenmlRecord> records) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (JsonGenerator json = JsonMapper.shared().createGenerator(bytes)) {
      json.writeStartArray();
      records.forEach(record -> record.write(json));
      json.writeEndArray();
    }
    return bytes.toByteArray();
  }

  private void write(JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("n", name);
    if (unit != null) {
      json.writeStringProperty("u", unit);
    }
    json.writeNumberProperty("t", BigDecimal.valueOf(time, 3));
    if (value instanceof Double number) {
      json.writeNumberProperty("v", number);
    } else if (value instanceof Boolean truth) {
      json.writeBooleanProperty("vb", truth);
    } else if (value instanceof String text) {
      json.writeStringProperty(data ? "vd" : "vs", text);
    }
    if (sum != null) {
      json.writeNumberProperty("s", sum);
    }
    json.writeEndObject();
  }
}
