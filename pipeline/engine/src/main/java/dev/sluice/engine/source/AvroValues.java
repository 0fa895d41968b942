package dev.sluice.engine.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.avro.AvroWriter;
import dev.sluice.model.avro.EventRow;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.StreamDefinition;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/** Avro records of one schema, without a header; the stream's fields are taken by name. */
final class AvroValues implements TopicValues {
  private static final int MICROS = 1_000;
  private static final String LONGEST = Integer.toString(16 << 20);

  static {
    // Avro takes room for as much as a value says it has, before it looks whether that is there.
    for (String kind : new String[] {"string", "bytes", "collectionItems"}) {
      String limit = "org.apache.avro.limits." + kind + ".maxLength";
      if (System.getProperty(limit) == null) {
        System.setProperty(limit, LONGEST);
      }
    }
  }

  private final StreamDefinition stream;
  private final AvroWriter writer;
  private final Schema schema;
  private final GenericDatumReader<GenericRecord> reader;
  private final EventRow row;
  private final Schema.@Nullable Field[] fields;
  private final boolean[] micros;
  private final int timeField;
  private @Nullable BinaryDecoder decoder;

  /**
   * @param schema with which the values were written: a record
   */
  AvroValues(CatalogStream stream, String schema) {
    this.stream = stream.definition();
    this.writer = new AvroWriter(this.stream, stream.schemaId());
    this.schema = new Schema.Parser().parse(schema);
    this.reader = new GenericDatumReader<>(this.schema);
    int count = this.stream.fields().size();
    this.row = new EventRow(count);
    this.fields = new Schema.@Nullable Field[count];
    this.micros = new boolean[count];
    for (int f = 0; f < count; f++) {
      Schema.Field field = find(this.stream.fields().get(f));
      fields[f] = field;
      micros[f] = field != null && isMicros(field.schema());
    }
    String time = this.stream.time().field();
    timeField = time == null ? -1 : this.stream.indexOf(time);
  }

  private Schema.@Nullable Field find(Field wanted) {
    Schema.Field found = schema.getField(wanted.name());
    for (int a = 0; found == null && a < wanted.aliases().size(); a++) {
      found = schema.getField(wanted.aliases().get(a));
    }
    return found;
  }

  private static boolean isMicros(Schema schema) {
    return schema.isUnion()
        ? schema.getTypes().stream().anyMatch(AvroValues::isMicros)
        : schema.getLogicalType() instanceof LogicalTypes.TimestampMicros;
  }

  @Override
  public @Nullable Own read(byte[] value, long timestamp) {
    return read(value, 0, timestamp);
  }

  /**
   * @param start where Avro's own bytes begin
   */
  @Nullable Own read(byte[] value, int start, long timestamp) {
    try {
      decoder = DecoderFactory.get().binaryDecoder(value, start, value.length - start, decoder);
      GenericRecord record = reader.read(null, decoder);
      return decoder.isEnd() && take(record) ? own(timestamp) : null;
    } catch (IOException | RuntimeException e) {
      // Whatever wrote this did not write with this schema. Avro throws a dozen kinds for that.
      return null;
    }
  }

  private @Nullable Own own(long timestamp) {
    EventTime rules = stream.time();
    long time = timeField < 0 ? timestamp : row.bits(timeField);
    boolean future = !rules.historical() && time - timestamp > rules.maxSkew().toMillis();
    boolean out =
        time < 0
            || (rules.minTime() != null && time < rules.minTime().toEpochMilli())
            || (rules.maxTime() != null && time > rules.maxTime().toEpochMilli());
    return future || out ? null : new Own(time, writer.write(row, timestamp));
  }

  private boolean take(GenericRecord record) {
    row.clear();
    for (int f = 0; f < fields.length; f++) {
      Schema.Field field = fields[f];
      Object value = field == null ? null : record.get(field.pos());
      Field wanted = stream.fields().get(f);
      Object absent = wanted.absent();
      if (field == null && absent != null) {
        row.set(f, absent);
      } else if (value == null ? !wanted.nullable() : !set(f, wanted, value)) {
        return false;
      }
    }
    return true;
  }

  /** Takes a value; false if it is none of the field's type. */
  private boolean set(int f, Field field, Object value) {
    switch (field.type()) {
      case STRING -> {
        if (!(value instanceof CharSequence || value instanceof GenericEnumSymbol)) {
          return false;
        }
        byte[] utf8 = value.toString().getBytes(UTF_8);
        row.setText(f, utf8, 0, utf8.length);
      }
      case LONG -> {
        if (!isWhole(value)) {
          return false;
        }
        row.setLong(f, ((Number) value).longValue());
      }
      case DOUBLE -> {
        if (!(value instanceof Number number) || !Double.isFinite(number.doubleValue())) {
          return false;
        }
        row.setDouble(f, number.doubleValue());
      }
      case BOOLEAN -> {
        if (!(value instanceof Boolean bool)) {
          return false;
        }
        row.setBoolean(f, bool);
      }
      case TIMESTAMP -> {
        if (isWhole(value)) {
          long time = ((Number) value).longValue();
          row.setLong(f, micros[f] ? Math.floorDiv(time, MICROS) : time);
        } else if (value instanceof CharSequence text) {
          return setInstant(f, text.toString());
        } else {
          return false;
        }
      }
    }
    return true;
  }

  private boolean setInstant(int f, String text) {
    try {
      row.setLong(f, Instant.parse(text).toEpochMilli());
      return true;
    } catch (DateTimeException | ArithmeticException e) {
      return false;
    }
  }

  private static boolean isWhole(Object value) {
    return value instanceof Long || value instanceof Integer;
  }
}
