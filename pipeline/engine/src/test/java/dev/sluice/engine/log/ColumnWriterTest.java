package dev.sluice.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.expression.TestColumns;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ColumnWriterTest {
  private static final FieldType[] TYPES = {
    FieldType.STRING, FieldType.LONG, FieldType.DOUBLE, FieldType.BOOLEAN, FieldType.TIMESTAMP
  };
  private static final @Nullable Object[][] VALUES = {
    {"", null, "Ёлка"},
    {Long.MIN_VALUE, 0L, null},
    {null, -0.0, Double.MAX_VALUE},
    {true, false, null},
    {1_700_000_000_000L, null, 0L}
  };

  @Test
  void decoderReadsWhatWasWritten() {
    CatalogStream stream = stream(true);
    Column[] columns = columns();
    ColumnWriter writer = new ColumnWriter(stream);
    BatchDecoder decoder = new BatchDecoder(stream);
    PartitionScan scan = PartitionScan.start(stream.definition(), 10, 0, 0);

    decoder.begin(scan, 3);
    for (int row = 0; row < 3; row++) {
      decoder.add(scan, row, 1_000, null, writer.write(columns, row, 77), null);
    }
    EventBatch batch = decoder.end(scan);

    assertThat(batch.size()).isEqualTo(3);
    assertThat(batch.log().ingested()).containsExactly(77, 77, 77);
    for (int field = 0; field < TYPES.length; field++) {
      List<@Nullable Object> values = new ArrayList<>();
      for (int row = 0; row < 3; row++) {
        values.add(TestColumns.value(batch.fields()[field], row));
      }
      assertThat(values).isEqualTo(Arrays.asList(VALUES[field]));
    }
  }

  @Test
  void nullInAFieldThatTakesNoneIsRefused() {
    ColumnWriter writer = new ColumnWriter(stream(false));
    Column[] columns = columns();

    assertThatThrownBy(() -> writer.write(columns, 0, 77))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Column[] columns() {
    Column[] columns = new Column[TYPES.length];
    for (int field = 0; field < TYPES.length; field++) {
      columns[field] = TestColumns.column(TYPES[field], VALUES[field]);
    }
    return columns;
  }

  private static CatalogStream stream(boolean nullable) {
    List<Field> fields = new ArrayList<>();
    for (FieldType type : TYPES) {
      fields.add(new Field("f" + fields.size(), type, nullable));
    }
    StreamDefinition definition =
        new StreamDefinition(
            "rows",
            fields,
            new Identity(null, null, Duration.ZERO),
            new EventTime(
                null, false, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1), null, null),
            new Storage(1, Duration.ofDays(1)),
            StreamDefinition.UnknownFields.REJECT);
    return new CatalogStream(definition, 9, 1, Instant.EPOCH);
  }
}
