package dev.sluice.gateway.own;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.model.avro.AvroWriter;
import dev.sluice.model.avro.EventRow;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Events of one stream as records of its log. One thread at a time. */
final class OwnRecords {
  private final StreamDefinition stream;
  private final AvroWriter writer;
  private final EventRow row;

  OwnRecords(CatalogStream stream) {
    this.stream = stream.definition();
    this.writer = new AvroWriter(stream.definition(), stream.schemaId());
    this.row = new EventRow(stream.definition().fields().size());
  }

  /**
   * @param ingested the gateway's clock, ms of the epoch
   */
  LogRecord of(OwnEvent event, long ingested) {
    row.clear();
    List<Field> fields = stream.fields();
    for (int i = 0; i < fields.size(); i++) {
      set(i, event.values().get(fields.get(i).name()));
    }
    return new LogRecord(
        stream.topic(),
        null,
        ((Instant) value(event, stream.time().field())).toEpochMilli(),
        ((String) value(event, stream.identity().key())).getBytes(UTF_8),
        writer.write(row, ingested),
        Map.of());
  }

  private static Object value(OwnEvent event, @Nullable String field) {
    return Objects.requireNonNull(event.values().get(field), field);
  }

  private void set(int field, @Nullable Object value) {
    if (value instanceof String text) {
      byte[] utf8 = text.getBytes(UTF_8);
      row.setText(field, utf8, 0, utf8.length);
    } else if (value instanceof Long number) {
      row.setLong(field, number);
    } else if (value instanceof Instant time) {
      row.setLong(field, time.toEpochMilli());
    } else {
      row.setNull(field);
    }
  }
}
