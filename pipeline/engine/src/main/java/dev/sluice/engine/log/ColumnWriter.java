package dev.sluice.engine.log;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.avro.AvroWriter;
import dev.sluice.model.avro.EventRow;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;

/**
 * Writes rows of columns as a stream's values: what {@link BatchDecoder} reads. Belongs to one
 * thread.
 */
public final class ColumnWriter {
  private final AvroWriter writer;
  private final EventRow values;

  public ColumnWriter(CatalogStream stream) {
    writer = new AvroWriter(stream.definition(), stream.schemaId());
    values = new EventRow(stream.definition().fields().size());
  }

  /**
   * A row's bytes.
   *
   * @param columns one per field of the stream, of its type
   * @param ingested ms of the epoch
   * @throws IllegalArgumentException if a field that is not nullable is null
   */
  public byte[] write(Column[] columns, int row, long ingested) {
    values.clear();
    for (int field = 0; field < columns.length; field++) {
      Column column = columns[field];
      if (column.isNull(row)) {
        values.setNull(field);
      } else if (column instanceof StringColumn text) {
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

  private void set(int field, LongColumn column, int row) {
    long value = column.values()[row];
    if (column.type() == FieldType.BOOLEAN) {
      values.setBoolean(field, value != 0);
    } else {
      values.setLong(field, value);
    }
  }
}
