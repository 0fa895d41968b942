package dev.sluice.gateway.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.client.SluiceDevice;
import dev.sluice.embedded.EmbeddedKafka;
import dev.sluice.embedded.TestServers;
import dev.sluice.gateway.RunningGateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** A busy device before a gateway whose Kafka goes and comes back. */
class KafkaAwayTest {
  private static final int FRAME_BYTES = 16 << 10;
  private static final int BUDGET = 128 << 10;
  private static final String STREAM = "stopped";

  @Test
  void demandStopsAtTheBoundAndGoesOn() {
    Path directory = TestServers.directory("kafka-that-goes");
    EmbeddedKafka kafka = EmbeddedKafka.start(directory, "127.0.0.1", 0);
    String address = kafka.bootstrapServers();
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    try (RunningGateway gateway =
        RunningGateway.start(
            "sluice.kafka.bootstrap-servers=" + address,
            "sluice.ingest.frame-bytes=" + FRAME_BYTES + "B",
            "sluice.ingest.event-bytes=1KB",
            "sluice.ingest.bytes=" + BUDGET + "B")) {
      Looker looker = new Looker(gateway);
      gateway.declare(
          STREAM,
          """
          {"fields": [{"name": "device", "type": "STRING"}, {"name": "n", "type": "LONG"},
                      {"name": "text", "type": "STRING"}],
           "key": "device", "partitions": 1}
          """);
      SluiceDevice device =
          SluiceDevice.builder("127.0.0.1", gateway.rsocketPort(), STREAM)
              .buffer(100_000, 64 << 20)
              .frame(50, FRAME_BYTES / 2, Duration.ofMillis(2))
              .connect();
      AtomicLong acked = new AtomicLong();
      AtomicLong sent = new AtomicLong();
      Disposable sending =
          Flux.interval(Duration.ofMillis(1))
              .onBackpressureDrop()
              .map(i -> event(sent.incrementAndGet()))
              .transform(device::send)
              .subscribe(ack -> acked.incrementAndGet());
      await().atMost(60, TimeUnit.SECONDS).until(() -> acked.get() > 1_000);

      kafka.close();
      await()
          .atMost(60, TimeUnit.SECONDS)
          .untilAsserted(
              () -> {
                JsonNode document = looker.look();
                JsonNode door = Looker.hop(document, "doors-in", "rsocket").path("state");
                JsonNode budget = Looker.buffer(document, "ingest", "ingest");
                assertThat(door.path("connections").intValue()).isEqualTo(1);
                assertThat(door.path("granted").intValue()).isZero();
                assertThat(door.path("in-flight-frames").intValue()).isPositive();
                // Small frames end with the acks that are owed, large ones with the bytes.
                assertThat(budget.path("fill").intValue()).isBetween(1, BUDGET);
                JsonNode append = Looker.hop(document, "log", "append");
                assertThat(append.path("rate").path("records").doubleValue()).isZero();
                assertThat(append.path("state").path("oldest-ms").longValue()).isGreaterThan(1_000);
              });

      kafka = EmbeddedKafka.start(directory, "127.0.0.1", port);
      long before = acked.get();
      await().atMost(60, TimeUnit.SECONDS).until(() -> acked.get() > before + 1_000);
      sending.dispose();
      await()
          .atMost(60, TimeUnit.SECONDS)
          .untilAsserted(
              () -> {
                JsonNode document = looker.look();
                JsonNode door = Looker.hop(document, "doors-in", "rsocket").path("state");
                assertThat(door.path("granted").intValue()).isPositive();
                assertThat(door.path("in-flight-bytes").intValue()).isZero();
              });
      assertThat(device.counters().rejected()).isZero();
      device.dispose();
    } finally {
      kafka.close();
    }
  }

  private static byte[] event(long n) {
    return "{\"device\":\"a\",\"n\":%d,\"text\":\"%s\"}"
        .formatted(n, "x".repeat(100))
        .getBytes(UTF_8);
  }
}
