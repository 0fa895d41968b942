package dev.sluice.engine.log;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.avro.AvroWriter;
import dev.sluice.model.avro.EventRow;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes rows of columns as a stream's values: what {@link BatchDecoder} reads. Belongs to one
 * thread.
 */
public final class ColumnWriter {
  private final AvroWriter writer;
  private final EventRow values;
  private final List<Field> fields;
  private final int[] from;

  public ColumnWriter(CatalogStream stream) {
    this(stream.definition(), stream.schemaId());
  }

  /**
   * @param schema id of the stream's
   */
  public ColumnWriter(StreamDefinition stream, int schema) {
    this(stream, schema, IntStream.range(0, stream.fields().size()).toArray());
  }

  /**
   * One of rows that have other columns than the stream has fields.
   *
   * @param from the column of each field; -1 where it has none, and is absent
   */
  public ColumnWriter(CatalogStream stream, int[] from) {
    this(stream.definition(), stream.schemaId(), from.clone());
  }

  private ColumnWriter(StreamDefinition stream, int schema, int[] from) {
    this.from = from;
    writer = new AvroWriter(stream, schema);
    fields = stream.fields();
    values = new EventRow(fields.size());
  }

  /**
   * A row's bytes.
   *
   * @param columns of each field its own, of its type
   * @param ingested ms of the epoch
   * @throws IllegalArgumentException if a field that is not nullable is null
   */
  public byte[] write(Column[] columns, int row, long ingested) {
    values.clear();
    for (int field = 0; field < from.length; field++) {
      if (from[field] < 0) {
        setAbsent(field);
        continue;
      }
      if (columns[from[field]].isNull(row)) {
        values.setNull(field);
        continue;
      }
      Column column = columns[from[field]];
      if (column instanceof StringColumn text) {
        byte[] utf8 = text.value(row);
        values.setText(field, utf8, 0, utf8.length);
      } else if (column instanceof DoubleColumn doubles) {
        values.setDouble(field, doubles.values()[row]);
      } else {
        set(field, (LongColumn) column, row);
      }
    }
    return writer.write(values, ingested);
  }

  private void setAbsent(int field) {
    Object absent = fields.get(field).absent();
    if (absent == null) {
      values.setNull(field);
    } else {
      values.set(field, absent);
    }
  }

  private void set(int field, LongColumn column, int row) {
    long value = column.values()[row];
    if (column.type() == FieldType.BOOLEAN) {
      values.setBoolean(field, value != 0);
    } else {
      values.setLong(field, value);
    }
  }
}
