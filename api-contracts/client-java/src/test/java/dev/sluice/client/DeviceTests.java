package dev.sluice.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import reactor.core.publisher.Flux;

/** What tests of a device share: a gateway and the device, stopped after each, and the events. */
abstract class DeviceTests {
  static final Duration BOUND = Duration.ofSeconds(60);

  @Nullable TestGateway gateway;
  private @Nullable SluiceDevice device;

  @AfterEach
  void stop() {
    if (device != null) {
      device.dispose();
    }
    if (gateway != null) {
      gateway.close();
    }
  }

  TestGateway gateway(int initialDemand, TestGateway.Behaviour behaviour) {
    gateway = TestGateway.start(initialDemand, behaviour);
    return gateway;
  }

  static SluiceDeviceBuilder device(int port) {
    return SluiceDevice.builder("127.0.0.1", port, "readings")
        .backoff(Duration.ofMillis(10), Duration.ofMillis(100));
  }

  SluiceDevice started(SluiceDeviceBuilder builder) {
    device = builder.connect();
    return device;
  }

  static byte[] event(long seq) {
    return "{\"device\":\"a\",\"seq\":%d}".formatted(seq).getBytes(StandardCharsets.UTF_8);
  }

  static byte[] frame(int firstSeq, int events) {
    return IntStream.range(firstSeq, firstSeq + events)
        .mapToObj(seq -> new String(event(seq), StandardCharsets.UTF_8))
        .toList()
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  static Flux<byte[]> events(int first, int count) {
    return Flux.range(first, count).map(DeviceTests::event);
  }

  /** Frames of one event each. */
  static Flux<byte[]> frames(int count) {
    return Flux.range(0, count).map(seq -> frame(seq, 1));
  }

  static List<Long> seqs(long first, long count) {
    List<Long> seqs = new ArrayList<>();
    for (long seq = first; seq < first + count; seq++) {
      seqs.add(seq);
    }
    return seqs;
  }

  static List<Long> seqsOf(List<String> frames) {
    return frames.stream()
        .flatMap(frame -> TestGateway.eventsOf(frame).stream())
        .map(event -> event.get("seq").asLong())
        .toList();
  }
}
