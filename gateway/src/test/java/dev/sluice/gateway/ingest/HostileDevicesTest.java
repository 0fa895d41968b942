package dev.sluice.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import dev.sluice.gateway.Warnings;
import dev.sluice.gateway.ingest.HostileFrames.Hostile;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.util.DefaultPayload;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A thousand bad frames and requests on each door: each gets its error, no event is half stored, no
 * room is lost, and the gateway serves on.
 */
class HostileDevicesTest {
  private static final int FRAMES = 1_000;
  private static final int FRAME_BYTES = 16 << 10;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration PROMPTLY = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final RunningGateway GATEWAY =
      RunningGateway.start(
          "sluice.ingest.frame-bytes=" + FRAME_BYTES + "B", "sluice.ingest.event-bytes=4KB");

  private final long seed = Long.getLong("sluice.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final HostileFrames frames = new HostileFrames(random, FRAME_BYTES);
  private long accepted;
  private long rejected;

  @AfterAll
  static void close() {
    GATEWAY.close();
  }

  @ParameterizedTest
  @EnumSource
  void everyBadFrameOfAChannelIsAnswered(Transport transport) {
    String stream = declare("hostile_" + transport.name().toLowerCase(Locale.ROOT));
    List<Hostile> sent = new ArrayList<>();
    for (int i = 0; i < FRAMES; i++) {
      sent.add(frames.next());
    }
    RSocket device = transport.connect(GATEWAY);
    Flux<Payload> payloads =
        Flux.range(0, FRAMES)
            .map(
                i ->
                    i == 0
                        ? Transport.routed("streams." + stream + ".events", sent.get(i).data())
                        : DefaultPayload.create(sent.get(i).data()));
    List<String> acks =
        Objects.requireNonNull(
            device.requestChannel(payloads).map(Payload::getDataUtf8).collectList().block(SOON));
    assertThat(acks).as(said()).hasSize(FRAMES);
    for (int i = 0; i < FRAMES; i++) {
      JsonNode ack = JSON.readTree(acks.get(i));
      assertThat(ack.get("frame").asInt()).isEqualTo(i);
      assertAnswer(sent.get(i), acks.get(i));
      count(ack);
    }
    device.dispose();
    assertStoredAsCounted(stream);
    assertServes(stream);
  }

  @Test
  void everyBadFrameOverAWebSocketIsAnswered() {
    String stream = declare("hostile_plain_websocket");
    List<Hostile> sent = new ArrayList<>();
    try (WebSocketDevice device =
        WebSocketDevice.connect(GATEWAY.http("/v1/streams/" + stream + "/events"))) {
      for (int i = 0; i < FRAMES; i++) {
        sent.add(frames.next());
        device.sendBinary(sent.get(i).data());
      }
      device.message(FRAMES);
      for (int i = 0; i < FRAMES; i++) {
        JsonNode ack = JSON.readTree(device.messages.get(i));
        assertThat(ack.get("frame").asInt()).isEqualTo(i);
        assertAnswer(sent.get(i), device.messages.get(i));
        count(ack);
      }
    }
    assertStoredAsCounted(stream);
    assertServes(stream);
  }

  @Test
  void bytesThatAreNoWebSocketEndTheirOwnConnectionOnly() throws Exception {
    String stream = declare("garbage_plain_websocket");
    byte[] upgrade =
        ("GET /v1/streams/"
                + stream
                + "/events HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Version: 13\r\n\r\n")
            .getBytes(UTF_8);
    try (Warnings log = new Warnings()) {
      for (int i = 0; i < FRAMES; i++) {
        byte[] garbage = new byte[1 + random.nextInt(300)];
        random.nextBytes(garbage);
        try (Socket socket =
            new Socket(InetAddress.getLoopbackAddress(), GATEWAY.http().getPort())) {
          socket.getOutputStream().write(upgrade);
          if (random.nextBoolean()) {
            // Behind the upgrade, so that it is read as WebSocket.
            assertThat(socket.getInputStream().read()).isEqualTo('H');
          }
          socket.getOutputStream().write(garbage);
        }
      }
      assertServes(stream);
      assertThat(log.written()).isEmpty();
    }
  }

  @Test
  void everyBadRequestOverHttpIsAnswered() throws Exception {
    String stream = declare("hostile_http");
    HttpClient client = HttpClient.newHttpClient();
    for (int i = 0; i < FRAMES; i++) {
      Hostile hostile = frames.next();
      boolean unknownStream = random.nextInt(20) == 0;
      boolean wrongType = !unknownStream && random.nextInt(20) == 0;
      HttpRequest request =
          HttpRequest.newBuilder(
                  GATEWAY.http("/v1/streams/" + (unknownStream ? "nosuch" : stream) + "/events"))
              .timeout(SOON)
              .header("Content-Type", wrongType ? "text/html" : "application/json")
              .POST(BodyPublishers.ofByteArray(hostile.data()))
              .build();
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      String expected =
          unknownStream
              ? "STREAM_UNKNOWN"
              : wrongType ? "MEDIA_TYPE_UNSUPPORTED" : hostile.expected();
      assertAnswer(new Hostile(hostile.data(), expected), response.body());
      JsonNode answer = JSON.readTree(response.body());
      assertThat(answer.path("status").asInt(200)).as(said()).isEqualTo(response.statusCode());
      count(answer);
    }
    assertStoredAsCounted(stream);
    assertServes(stream);
  }

  @ParameterizedTest
  @EnumSource
  void bytesThatAreNoRSocketEndTheirOwnConnectionOnly(Transport transport) throws Exception {
    String stream = declare("garbage_" + transport.name().toLowerCase(Locale.ROOT));
    try (Warnings log = new Warnings()) {
      for (int i = 0; i < FRAMES; i++) {
        byte[] garbage = new byte[random.nextInt(random.nextBoolean() ? 10 : 300)];
        random.nextBytes(garbage);
        if (transport == Transport.TCP) {
          writeAndLeave(
              GATEWAY.rsocketPort(),
              random.nextBoolean() ? garbage : Transport.behindSetup(garbage));
        } else {
          String upgrade =
              "GET /rsocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                  + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                  + "Sec-WebSocket-Version: 13\r\n\r\n";
          byte[] head = upgrade.substring(0, upgrade.length() - random.nextInt(3)).getBytes(UTF_8);
          byte[] bytes = Arrays.copyOf(head, head.length + garbage.length);
          System.arraycopy(garbage, 0, bytes, head.length, garbage.length);
          writeAndLeave(GATEWAY.http().getPort(), bytes);
        }
      }
      assertServes(stream);
      assertThat(log.written()).as(said()).isEmpty();
    }
  }

  @Test
  void requestsThatEndInTheMiddleLeaveNothingBehind() throws Exception {
    String stream = declare("cut_off");
    String body = "[" + Bed.GOOD + "," + Bed.GOOD + "]";
    String request =
        "POST /v1/streams/"
            + stream
            + "/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    for (int i = 0; i < FRAMES; i++) {
      byte[] bytes = request.getBytes(UTF_8);
      writeAndLeave(
          GATEWAY.http().getPort(), Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length - 1)));
    }
    assertServes(stream);
    assertThat(Topics.read("stream." + stream)).as(said()).hasSize(1);
    assertThat(Topics.read("dead." + stream)).as(said()).isEmpty();
  }

  @Test
  void whatComesBeforeTheUpgradeIsAnsweredEndsItsConnection() {
    try (Http.Connection connection =
        Http.open(
            GATEWAY.http(),
            "GET /rsocket HTTP/1.1",
            "Host: localhost",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            "",
            "too early")) {
      assertThat(connection.readToEnd()).startsWith("HTTP/1.1 101 ");
    }
  }

  @ParameterizedTest
  @EnumSource
  void frameFarBeyondTheBoundEndsItsOwnConnectionOnly(Transport transport) {
    String stream = declare("beyond_" + transport.name().toLowerCase(Locale.ROOT));
    RSocket other = transport.connect(GATEWAY);
    RSocket device = transport.connect(GATEWAY);
    byte[] data = new byte[4 * FRAME_BYTES];
    Throwable end =
        Objects.requireNonNull(
                device
                    .requestChannel(
                        Flux.just(Transport.routed("streams." + stream + ".events", data)))
                    .materialize()
                    .blockLast(PROMPTLY))
            .getThrowable();
    assertThat(end).as(said()).isNotNull();
    if (transport == Transport.TCP) {
      assertThat(end).hasMessageContaining("\"code\":\"FRAME_TOO_LARGE\"");
    }
    assertThat(
            Objects.requireNonNull(
                    other.requestResponse(Transport.payload(stream, Bed.GOOD)).block(SOON))
                .getDataUtf8())
        .isEqualTo("{\"frame\":0,\"accepted\":1,\"rejected\":[]}");
    await().atMost(PROMPTLY).until(device::isDisposed);
    other.dispose();
  }

  @ParameterizedTest
  @EnumSource
  void devicesThatSendBeyondTheirCreditAreCutOffAndFillNoLog(Transport transport) {
    String stream = declare("rude_" + transport.name().toLowerCase(Locale.ROOT));
    try (Warnings log = new Warnings()) {
      for (int i = 0; i < 20; i++) {
        RSocket device = transport.connect(GATEWAY);
        Throwable end =
            Objects.requireNonNull(
                    device
                        .requestChannel(new Rude(stream))
                        .doOnNext(Payload::release)
                        .materialize()
                        .blockLast(PROMPTLY))
                .getThrowable();
        assertThat(end).hasMessageContaining("exceeds the number requested");
        device.dispose();
      }
      assertThat(log.written()).isEmpty();
    }
  }

  /** Frames, as fast as can be, however many were asked for. */
  private record Rude(String stream) implements Publisher<Payload> {
    @Override
    public void subscribe(Subscriber<? super Payload> subscriber) {
      subscriber.onSubscribe(
          new Subscription() {
            private boolean sent;

            @Override
            public void request(long n) {
              if (!sent) {
                sent = true;
                subscriber.onNext(Transport.payload(stream, Bed.GOOD));
                for (int i = 0; i < FRAMES; i++) {
                  subscriber.onNext(DefaultPayload.create(Bed.GOOD));
                }
              }
            }

            @Override
            public void cancel() {}
          });
    }
  }

  private static void writeAndLeave(int port, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
    }
  }

  private void count(JsonNode answer) {
    accepted += answer.path("accepted").asLong(0);
    rejected += answer.path("rejected").size();
  }

  private void assertAnswer(Hostile hostile, String answer) {
    assertThat(answer)
        .as(() -> said() + ", sent " + new String(hostile.data(), UTF_8).strip())
        .contains(hostile.expected().isEmpty() ? "{" : "\"" + hostile.expected() + "\"");
  }

  private void assertStoredAsCounted(String stream) {
    assertThat(Topics.read("stream." + stream)).as(said()).hasSize((int) accepted);
    assertThat(Topics.read("dead." + stream)).as(said()).hasSize((int) rejected);
    assertThat(accepted).isPositive();
    assertThat(rejected).isPositive();
  }

  private void assertServes(String stream) {
    RSocket device = Transport.TCP.connect(GATEWAY);
    assertThat(
            Objects.requireNonNull(
                    device.requestResponse(Transport.payload(stream, Bed.GOOD)).block(SOON))
                .getDataUtf8())
        .as(said())
        .isEqualTo("{\"frame\":0,\"accepted\":1,\"rejected\":[]}");
    device.dispose();
    await().atMost(SOON).until(() -> GATEWAY.bean(IngestBudget.class).used() == 0);
  }

  private String said() {
    return "-Dsluice.test.seed=" + seed;
  }

  private static String declare(String name) {
    try (Bed bed = new Bed(1 << 20)) {
      bed.declare(name);
      GATEWAY
          .bean(Catalog.class)
          .declare(Objects.requireNonNull(bed.find(name)).definition())
          .block(SOON);
    }
    return name;
  }
}
