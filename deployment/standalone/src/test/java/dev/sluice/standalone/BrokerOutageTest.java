package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.client.SluiceDevice;
import dev.sluice.embedded.KafkaProcess;
import dev.sluice.embedded.TestProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** The broker, a process of its own, is away for ten seconds while devices send. */
class BrokerOutageTest {
  private static final int DEVICES = 8;
  private static final Duration BETWEEN_EVENTS = Duration.ofMillis(8);
  private static final Duration OUTAGE = Duration.ofSeconds(10);
  private static final long HEAP_MAY_GROW = 64L << 20;
  private static final String WINDOWS =
      "SELECT COUNT(*) AS n FROM %s GROUP BY TUMBLE(ts, INTERVAL '1' SECOND)";
  private static final String DEFINITION =
      """
      {"fields": [{"name": "device", "type": "STRING"}, {"name": "seq", "type": "LONG"},
                  {"name": "ts", "type": "TIMESTAMP"}, {"name": "value", "type": "DOUBLE"}],
       "key": "device", "time": "ts", "id": "seq", "lateness": "%s", "partitions": 3}
      """;

  /** One stream's devices and what they were told. */
  private static final class Load {
    final AtomicLong sent = new AtomicLong();
    final AtomicLong acked = new AtomicLong();
    final AtomicLong inWindows = new AtomicLong();
    final List<SluiceDevice> devices = new ArrayList<>();
    final List<Disposable> sending = new ArrayList<>();

    Load(RunningHouse running, String stream) {
      for (int d = 0; d < DEVICES; d++) {
        String name = stream + "-" + d;
        SluiceDevice device =
            SluiceDevice.builder(running.house.host(), running.house.rsocketPort(), stream)
                .buffer(20_000, 4 << 20)
                .connect();
        devices.add(device);
        sending.add(
            Flux.interval(BETWEEN_EVENTS)
                .onBackpressureDrop()
                .map(i -> event(name))
                .transform(device::send)
                .subscribe(ack -> acked.addAndGet(ack.accepted() ? 1 : 0)));
      }
      running.follow(
          WINDOWS.formatted(stream),
          event -> {
            if (event.has("row")) {
              inWindows.addAndGet(event.get("row").get("n").asLong());
            }
          });
    }

    private byte[] event(String device) {
      return "{\"device\":\"%s\",\"seq\":%d,\"ts\":%d,\"value\":1.5}"
          .formatted(device, sent.incrementAndGet(), System.currentTimeMillis())
          .getBytes(StandardCharsets.UTF_8);
    }

    /** Lets what is in the devices' buffers be acked, and sends nothing more. */
    void drain() {
      sending.forEach(Disposable::dispose);
      devices.forEach(device -> device.close(Duration.ofSeconds(30)).block(Duration.ofSeconds(60)));
      acked.set(devices.stream().mapToLong(device -> device.counters().acked()).sum());
    }
  }

  @Test
  void everythingAckedIsCountedOnceOrLateAndTheHeapStaysFlat() throws Exception {
    Path data = Files.createTempDirectory("sluice-broker");
    int port = freePort();
    Process broker = startBroker(data, port);
    try (RunningHouse running =
        new RunningHouse("--kafka.bootstrap-servers", "127.0.0.1:" + port)) {
      running.declare("hasty", DEFINITION.formatted("PT1S"));
      running.declare("patient", DEFINITION.formatted("PT1M"));
      Load hasty = new Load(running, "hasty");
      Load patient = new Load(running, "patient");
      await()
          .atMost(60, TimeUnit.SECONDS)
          .until(() -> hasty.acked.get() > 1_000 && patient.acked.get() > 1_000);

      long heapBefore = usedHeap();
      stop(broker);
      Instant back = Instant.now().plus(OUTAGE);
      long ackedBefore = hasty.acked.get();
      long heapDuring = 0;
      while (Instant.now().isBefore(back)) {
        LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
        heapDuring = Math.max(heapDuring, usedHeap());
      }
      broker = startBroker(data, port);
      await().atMost(60, TimeUnit.SECONDS).until(() -> hasty.acked.get() > ackedBefore + 3_000);
      hasty.drain();
      patient.drain();

      assertThat(heapDuring - heapBefore)
          .as("heap growth while Kafka is away")
          .isLessThan(HEAP_MAY_GROW);
      JsonNode hastyEnd = check(running, "hasty", hasty);
      JsonNode patientEnd = check(running, "patient", patient);
      assertThat(patientEnd.get("late").asLong())
          .as("late with a lateness above the outage")
          .isZero();
      await()
          .atMost(60, TimeUnit.SECONDS)
          .untilAsserted(
              () -> assertThat(hasty.inWindows.get()).isEqualTo(hastyEnd.get("counted").asLong()));
    } finally {
      stop(broker);
    }
  }

  /** acked = counted + late, and every record that the log has besides is a duplicate. */
  private static JsonNode check(RunningHouse running, String stream, Load load) throws Exception {
    JsonNode accounting =
        running.ask(WINDOWS.formatted(stream), "earliest", "now").get("accounting");
    assertThat(accounting.get("counted").asLong() + accounting.get("late").asLong())
        .as("%s: %s", stream, accounting)
        .isEqualTo(load.acked.get());
    assertThat(accounting.get("read").asLong())
        .isEqualTo(load.acked.get() + accounting.get("duplicate").asLong());
    return accounting;
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static Process startBroker(Path data, int port) throws IOException {
    Process process =
        TestProcess.of(
                List.of("-Xmx512m"), KafkaProcess.class, data.toString(), Integer.toString(port))
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    assertThat(out.readLine()).startsWith("ready");
    return process;
  }

  private static void stop(Process broker) throws InterruptedException {
    broker.destroy();
    if (!broker.waitFor(60, TimeUnit.SECONDS)) {
      broker.destroyForcibly().waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
