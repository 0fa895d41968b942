package dev.sluice.model.avro;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.stream.StreamJson;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class StreamSchemaTest {
  private static final String READINGS =
      """
      {"fields": [{"name": "device", "type": "STRING"}, {"name": "seq", "type": "LONG"},
                  {"name": "ts", "type": "TIMESTAMP"}, {"name": "on", "type": "BOOLEAN"},
                  {"name": "t", "type": "DOUBLE", "nullable": true}]}
      """;

  @Test
  void ingestedComesFirstThenTheFieldsInTheirOrder() {
    Schema schema =
        StreamSchema.of(StreamJson.parse("readings", READINGS.getBytes(StandardCharsets.UTF_8)));

    assertThat(schema.getFullName()).isEqualTo("dev.sluice.stream.readings");
    assertThat(schema.getFields().stream().map(Schema.Field::name))
        .containsExactly("_ingested", "device", "seq", "ts", "on", "t");
    assertThat(schema.getField("_ingested").schema())
        .hasToString("{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}");
    assertThat(schema.getField("ts").schema())
        .hasToString("{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}");
    assertThat(schema.getField("t").schema()).hasToString("[\"null\",\"double\"]");
    assertThat(schema.getField("t").hasDefaultValue()).isTrue();
  }

  @Test
  void readsBackAsItself() {
    Schema schema =
        StreamSchema.of(StreamJson.parse("readings", READINGS.getBytes(StandardCharsets.UTF_8)));

    assertThat(new Schema.Parser().parse(schema.toString())).isEqualTo(schema);
  }
}
