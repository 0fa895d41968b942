package dev.sluice.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.ViewDefinition.Late;
import dev.sluice.views.FedTopic.Fed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

/** Views whose rows are events of a stream, which other views read. */
class FeedTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int PARTITIONS = 2;

  @Test
  void everyRowOfTwoViewsIsOneEventOfTheStreamThatTheyFeed() {
    try (ViewBed bed = new ViewBed();
        Pipeline first = bed.pipeline()) {
      Pipeline second = bed.pipeline();
      bed.declare("feeding", 3);
      bed.declare(List.of(target()));
      bed.define(
          List.of(
              view(
                  "feeding_windows",
                  "SELECT TUMBLE_START(ts, INTERVAL '1' SECOND) AS since, k, COUNT(*) AS n,"
                      + " SUM(v) AS v, TUMBLE_END(ts, INTERVAL '1' SECOND) AS ts"
                      + " FROM feeding GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), k"),
              view("feeding_events", "SELECT ts, v * 10 AS v, k FROM feeding WHERE v > 50")));
      bed.define("of_fed", "SELECT k, v FROM fed WHERE n IS NULL", false);

      ViewEvents events = new ViewEvents(3, new Random(7));
      bed.send("feeding", events.take(150));
      second.close();
      bed.send("feeding", events.take(150));
      bed.end("feeding", events.end());

      try (FedTopic fed = new FedTopic(target())) {
        await()
            .atMost(LIMIT)
            .untilAsserted(
                () -> {
                  fed.poll();
                  assertThat(fed.windows())
                      .containsExactlyInAnyOrderElementsOf(events.windows(1_000, 1_000));
                  assertThat(fed.events()).containsExactlyInAnyOrderElementsOf(events.derived());
                  assertThat(bed.rows("of_fed"))
                      .containsExactlyInAnyOrderElementsOf(events.derived());
                });
        fed.all().forEach(FeedTest::isAsAGatewayWritesIt);
      }
      assertThat(bed.rows("feeding_windows")).hasSameSizeAs(events.windows(1_000, 1_000));
      assertThat(bed.rows("feeding_events")).hasSameSizeAs(events.derived());
    }
  }

  private static void isAsAGatewayWritesIt(Fed event) {
    byte[] key = event.key().getBytes(StandardCharsets.UTF_8);
    assertThat(event.key()).isEqualTo(event.row().get("k").toString());
    assertThat(event.partition()).isEqualTo(Utils.toPositive(Utils.murmur2(key)) % PARTITIONS);
    assertThat(event.time()).isEqualTo(event.row().get("ts"));
    if (event.isWindow()) {
      assertThat(event.row().get("_ingested")).isEqualTo(event.time() - 1);
    }
  }

  private static ViewDefinition view(String name, String sql) {
    return new ViewDefinition(name, sql, Late.COUNT, Duration.ofDays(1), false).withInto("fed");
  }

  private static StreamDefinition target() {
    return new StreamDefinition(
        "fed",
        List.of(
            new Field("note", FieldType.STRING, true),
            new Field("since", FieldType.TIMESTAMP, true),
            new Field("ts", FieldType.TIMESTAMP, false),
            new Field("k", FieldType.STRING, false),
            new Field("n", FieldType.LONG, true),
            new Field("v", FieldType.LONG, true)),
        new Identity("k", null, Duration.ZERO),
        new EventTime(
            "ts", true, Duration.ofSeconds(10), Duration.ZERO, Duration.ofSeconds(1), null, null),
        new Storage(PARTITIONS, Duration.ofDays(1)),
        StreamDefinition.UnknownFields.REJECT);
  }
}
