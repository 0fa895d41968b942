package dev.sluice.gateway.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.embedded.TestServers;
import dev.sluice.gateway.GatewayProcess;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class KilledReplayTest {
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int LETTERS = 20_000;
  private static final int FRAME = 4_000;
  private static final String STREAM = "dl_killed";
  private static final String PATH = "/v1/streams/" + STREAM;
  private static final String REPLAY = PATH + "/dead-letters/replay";

  private static void declare(String unknown) {
    GATEWAY.declare(
        STREAM,
        """
        {"fields": [{"name": "device", "type": "STRING"}, {"name": "n", "type": "LONG"}],
         "key": "device", "partitions": 1, "unknown": "%s"}"""
            .formatted(unknown));
  }

  @Test
  void lettersWhoseReplayIsKilledMidwayAreEventsOnceWhenItIsAskedForAgain() {
    declare("reject");
    for (int first = 0; first < LETTERS; first += FRAME) {
      List<String> events =
          IntStream.range(first, first + FRAME)
              .mapToObj(n -> "{\"device\":\"a\",\"n\":" + n + ",\"x\":0}")
              .toList();
      Http.send(
          "POST",
          GATEWAY.http(PATH + "/events"),
          events.toString(),
          "Content-Type",
          "application/json");
    }
    declare("ignore");
    try (GatewayProcess killed = GatewayProcess.start("replaying")) {
      await().atMost(LIMIT).until(killed::isReady);
      CompletableFuture<Void> asked =
          CompletableFuture.runAsync(
              () -> {
                try {
                  Http.send("POST", killed.http().resolve(REPLAY), "");
                } catch (UncheckedIOException cutOff) {
                  // As is to be expected.
                }
              });
      awaitSomeEvents();
      killed.close();
      asked.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    JsonNode rest = JSON.readTree(Http.send("POST", GATEWAY.http(REPLAY), "").body());

    assertThat(rest.path("replayed").asInt()).isBetween(1, LETTERS - 1);
    String rows =
        Http.get(
                GATEWAY.query("SELECT n FROM " + STREAM, "from=earliest", "to=now"),
                "Accept",
                "application/json")
            .body();
    List<Integer> events = new ArrayList<>();
    JSON.readTree(rows).path("rows").forEach(row -> events.add(row.path(0).asInt()));
    assertThat(events).containsExactlyElementsOf(IntStream.range(0, LETTERS).boxed().toList());
    JsonNode status = JSON.readTree(Http.get(GATEWAY.http(PATH)).body()).path("status");
    assertThat(status.path("rejected").asInt()).isZero();
  }

  /** As soon as anybody can read one. */
  private static void awaitSomeEvents() {
    TopicPartition events = new TopicPartition("stream." + STREAM, 0);
    Map<String, Object> config =
        Map.of("bootstrap.servers", TestServers.kafka(), "isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(2))
          .pollDelay(Duration.ZERO)
          .until(() -> consumer.endOffsets(List.of(events)).getOrDefault(events, 0L) > 0);
    }
  }
}
