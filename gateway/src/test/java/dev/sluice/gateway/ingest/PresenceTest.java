package dev.sluice.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.gateway.GatewayProcess;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.util.DefaultPayload;
import java.net.URI;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who comes, who is here and who goes, with real devices and before the real servers. */
class PresenceTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String SHORT_LEASE = "sluice.presence.lease=3s";

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start(SHORT_LEASE);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @EnumSource
  void deviceOnRSocketIsHereUntilItHasEnded(Transport transport) {
    String stream = declare("here_" + transport.name().toLowerCase(Locale.ROOT));
    RSocket device =
        Objects.requireNonNull(
            RSocketConnector.create()
                .metadataMimeType(WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString())
                .dataMimeType(WellKnownMimeType.APPLICATION_JSON.getString())
                .setupPayload(DefaultPayload.create("{\"client\":\"tester/1.2\"}"))
                .connect(transport.to(gateway))
                .block(SOON));
    Sinks.Many<String> frames = Sinks.many().unicast().onBackpressureBuffer();
    Flux<Integer> acks =
        device
            .requestChannel(
                frames
                    .asFlux()
                    .index()
                    .map(
                        frame ->
                            frame.getT1() == 0
                                ? Transport.payload(stream, frame.getT2())
                                : DefaultPayload.create(frame.getT2())))
            .map(
                ack -> {
                  ack.release();
                  return 1;
                });
    var answered = acks.collectList().toFuture();
    frames.tryEmitNext(Bed.GOOD);
    frames.tryEmitNext(Bed.GOOD);
    frames.tryEmitNext(Bed.BAD);

    JsonNode here = here(gateway, stream, one -> one.path("events").asLong() == 2);

    assertThat(here.path("door").asString()).isEqualTo("rsocket");
    assertThat(here.path("address").asString()).startsWith("127.0.0.1:");
    assertThat(here.path("client").asString()).isEqualTo("tester/1.2");
    assertThat(here.path("subject").asString()).isEqualTo("anonymous");
    assertThat(here.path("device").asString()).isEqualTo("a");
    assertThat(here.path("last-acked").asLong()).isEqualTo(1);
    assertThat(here.path("bytes").asLong()).isEqualTo(2L * Bed.GOOD.getBytes(UTF_8).length);
    assertThat(here.path("events-per-second").asDouble()).isPositive();
    assertThat(here.path("credit").asInt()).isPositive();

    frames.tryEmitComplete();
    assertThat(answered.join()).hasSize(3);
    List<JsonNode> told = told(gateway, stream, 2);
    assertThat(told)
        .extracting(event -> event.path("event").asString())
        .containsExactly("connected", "disconnected");
    assertThat(told.get(1).path("why").asString()).isEqualTo("closed");
    assertThat(told.get(1).path("events").asLong()).isEqualTo(2);
    assertThat(told.get(1).path("last_acked").asLong()).isEqualTo(1);
    assertThat(told.get(1).path("connection")).isEqualTo(told.get(0).path("connection"));
    assertThat(listed(gateway, stream)).isEmpty();
    device.dispose();
  }

  @Test
  void deviceOnWebSocketIsHereUntilItCloses() {
    String stream = declare("here_ws");
    try (WebSocketDevice device =
        WebSocketDevice.connect(
            URI.create(events(gateway.http(), stream) + "?client=sensors%2F2"),
            "User-Agent",
            "thermo/7")) {
      device.send(Bed.GOOD);
      device.message(1);
      JsonNode here = here(gateway, stream, one -> one.path("events").asLong() == 1);
      assertThat(here.path("door").asString()).isEqualTo("websocket");
      assertThat(here.path("client").asString()).isEqualTo("sensors/2 thermo/7");
      device.socket().sendClose(WebSocket.NORMAL_CLOSURE, "").join();
      assertThat(told(gateway, stream, 2).get(1).path("why").asString()).isEqualTo("closed");
    }
  }

  private static void joined(CompletableFuture<WebSocket> sent) {
    try {
      sent.join();
    } catch (CompletionException e) {
      // It is cut off already.
    }
  }

  @Test
  void deviceThatIsCutOffIsToldWithTheCode() {
    String stream = declare("here_cut");
    try (WebSocketDevice device =
        WebSocketDevice.connect(
            events(gateway.http(), stream), "Sec-WebSocket-Protocol", IngestWebSocket.CREDITED)) {
      String frame = Bed.GOOD.repeat(20);
      for (int i = 0; i < 100_000 && !device.closed.isDone(); i++) {
        // One that the socket has not taken yet would keep the next from being sent at all.
        joined(device.socket().sendText(frame, true));
      }
      JsonNode end = told(gateway, stream, 2).get(1);
      assertThat(end.path("why").asString()).isEqualTo("cut-off");
      assertThat(end.path("code").asString()).isEqualTo("CREDIT_EXCEEDED");
    }
  }

  @Test
  void devicesOfAGatewayThatIsKilledAreLost() {
    String stream = declare("here_killed");
    GatewayProcess process = GatewayProcess.start("presence-killed", SHORT_LEASE);
    WebSocketDevice device;
    try {
      await().atMost(Duration.ofSeconds(120)).until(process::isReady);
      await()
          .atMost(SOON)
          .until(
              () -> Http.get(process.http().resolve("/v1/streams/" + stream)).statusCode() == 200);
      device = WebSocketDevice.connect(events(process.http(), stream), "User-Agent", "far/1");
      device.send(Bed.GOOD);
      device.message(1);
      JsonNode here = here(gateway, stream, one -> one.path("events").asLong() == 1);
      assertThat(here.path("client").asString()).isEqualTo("far/1");
      told(gateway, stream, 1);
    } finally {
      process.close();
    }

    JsonNode end = told(gateway, stream, 2).get(1);

    assertThat(end.path("why").asString()).isEqualTo("lost");
    assertThat(end.path("client").asString()).isEqualTo("far/1");
    assertThat(end.path("events").isMissingNode() || end.path("events").isNull()).isTrue();
    assertThat(listed(gateway, stream)).isEmpty();
    device.close();
  }

  @Test
  void gatewayThatStopsSaysSoOfItsDevices() {
    String stream = declare("here_stopping");
    RunningGateway stopping = RunningGateway.start(SHORT_LEASE);
    try (WebSocketDevice device = WebSocketDevice.connect(events(stopping.http(), stream))) {
      device.send(Bed.GOOD);
      device.message(1);
      stopping.close();
      assertThat(told(gateway, stream, 2).get(1).path("why").asString())
          .isEqualTo("gateway-stopping");
    } finally {
      stopping.close();
    }
  }

  @Test
  void whatIsAskedForIsChecked() {
    for (String bad :
        List.of("limit=1001", "sort=size", "offset=-1", "streem=x", "limit=1&limit=2")) {
      assertThat(Http.get(gateway.http("/v1/devices?" + bad)).statusCode()).as(bad).isEqualTo(400);
    }
    assertThat(Http.send("POST", gateway.http("/v1/devices"), "").statusCode()).isEqualTo(405);
  }

  private static URI events(URI server, String stream) {
    return server.resolve("/v1/streams/" + stream + "/events");
  }

  private static String declare(String stream) {
    gateway.declare(
        stream,
        "{\"fields\":[{\"name\":\"device\",\"type\":\"STRING\"},"
            + "{\"name\":\"n\",\"type\":\"LONG\",\"nullable\":true}],\"key\":\"device\"}");
    return stream;
  }

  /** The only device of a stream, once it is as it should be. */
  private static JsonNode here(RunningGateway at, String stream, Predicate<JsonNode> as) {
    return await()
        .atMost(SOON)
        .until(() -> listed(at, stream), some -> some.size() == 1 && as.test(some.get(0)))
        .get(0);
  }

  private static List<JsonNode> listed(RunningGateway at, String stream) {
    return JSON.readTree(Http.get(at.http("/v1/devices?stream=" + stream)).body())
        .path("devices")
        .valueStream()
        .toList();
  }

  /** At least so many comings and goings, in their order. */
  private static List<JsonNode> told(RunningGateway at, String stream, int least) {
    return await()
        .atMost(SOON)
        .until(
            () ->
                Http.get(
                        at.query(
                            "SELECT * FROM \"sluice.devices\" WHERE sends_to = '" + stream + "'",
                            "from=-10m",
                            "to=now"),
                        "Accept",
                        "application/x-ndjson")
                    .body()
                    .lines()
                    .map(line -> JSON.readTree(line).path("row"))
                    .filter(JsonNode::isObject)
                    .toList(),
            events -> events.size() >= least);
  }
}
