package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PseudoColumnTest {
  private static QueryBed bed;

  @BeforeAll
  static void start() {
    bed = new QueryBed(QuerySettings.defaults());
    declare("keyed", "device");
    declare("numbered", "n");
    declare("spread", null);
    for (String stream : List.of("keyed", "numbered", "spread")) {
      for (int p = 0; p < 2; p++) {
        for (int n = 0; n < 3; n++) {
          bed.send(
              stream,
              "[{\"device\":\"d%d\",\"n\":%d,\"ts\":%d}]".formatted(p, 10 * p + n, 1_000L * n),
              p);
        }
      }
    }
  }

  private static void declare(String name, @Nullable String key) {
    bed.declare(
        new StreamDefinition(
            name,
            List.of(
                new Field("device", FieldType.STRING, false),
                new Field("n", FieldType.LONG, false),
                new Field("ts", FieldType.TIMESTAMP, false)),
            new Identity(key, null, Duration.ZERO),
            new EventTime(
                "ts",
                true,
                Duration.ZERO,
                Duration.ofMinutes(1),
                Duration.ofSeconds(2),
                null,
                null),
            new Storage(2, Duration.ofDays(7)),
            StreamDefinition.UnknownFields.REJECT));
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  @Test
  void partitionOffsetAndKeyAreThoseOfTheRecord() {
    assertThat(bed.ask("SELECT n, _partition, _offset, _key FROM keyed WHERE _offset >= 1").rows)
        .containsExactlyInAnyOrder(
            "{\"n\":1,\"_partition\":0,\"_offset\":1,\"_key\":\"d0\"}",
            "{\"n\":2,\"_partition\":0,\"_offset\":2,\"_key\":\"d0\"}",
            "{\"n\":11,\"_partition\":1,\"_offset\":1,\"_key\":\"d1\"}",
            "{\"n\":12,\"_partition\":1,\"_offset\":2,\"_key\":\"d1\"}");
    assertThat(bed.ask("SELECT _key FROM numbered WHERE _partition = 1").rows)
        .containsExactly("{\"_key\":\"10\"}", "{\"_key\":\"11\"}", "{\"_key\":\"12\"}");
    assertThat(bed.ask("SELECT DISTINCT _key FROM spread").rows).containsExactly("{\"_key\":null}");
  }

  @Test
  void ingestedIsTheGatewaysClock() {
    Answer answer =
        bed.ask("SELECT n FROM keyed WHERE _ingested > TIMESTAMP '2020-01-01 00:00:00'");

    assertThat(answer.rows).hasSize(6);
    assertThat(bed.ask("SELECT n FROM keyed WHERE _ingested < ts").rows).isEmpty();
  }

  @Test
  void theyCanBeGroupedByAndAggregated() {
    assertThat(
            bed.ask(
                    "SELECT _partition, MAX(_offset) AS last FROM keyed"
                        + " GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), _partition")
                .updates)
        .hasSize(2);
    assertThat(bed.ask("SELECT _partition AS p, COUNT(*) AS c FROM keyed GROUP BY _partition").rows)
        .containsExactly("{\"p\":0,\"c\":3}", "{\"p\":1,\"c\":3}");
  }

  @Test
  void starHasTheFieldsAlone() {
    String event = "\"device\":\"d0\",\"n\":0,\"ts\":\"1970-01-01T00:00:00.000Z\"";

    assertThat(bed.ask("SELECT * FROM keyed WHERE n = 0").rows).containsExactly("{" + event + "}");
    assertThat(bed.ask("SELECT k.*, _offset AS at FROM keyed AS k WHERE n = 0").rows)
        .containsExactly("{" + event + ",\"at\":0}");
    assertThat(
            bed.ask(
                    "SELECT * FROM TABLE(TUMBLE(TABLE keyed, DESCRIPTOR(ts), INTERVAL '1' MINUTE))"
                        + " WHERE n = 0")
                .rows)
        .hasSize(1)
        .allSatisfy(row -> assertThat(row).contains("window_end").doesNotContain("_offset"));
  }
}
