package dev.sluice.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import dev.sluice.gateway.Warnings;
import java.net.URI;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The WebSocket door before the real servers, with the JDK's client. */
class WebSocketDoorTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int FRAME_BYTES = 4 << 10;
  private static final String[] CREDITED = {"Sec-WebSocket-Protocol", "sluice.v1"};
  private static final RunningGateway GATEWAY =
      RunningGateway.start(
          "sluice.ingest.frame-bytes=" + FRAME_BYTES + "B",
          "sluice.ingest.event-bytes=1KB",
          "sluice.ingest.ping-every=1s");

  @AfterAll
  static void close() {
    GATEWAY.close();
  }

  @Test
  void messagesAreFramesAndAcksComeInTheirOrder() {
    String stream = declare("ws_order");
    try (WebSocketDevice device = WebSocketDevice.connect(events(stream))) {
      for (int i = 0; i < 100; i++) {
        String frame = "[{\"device\":\"a\",\"n\":" + 2 * i + "},{\"device\":\"a\"}]";
        if (i % 2 == 0) {
          device.send(frame);
        } else {
          device.sendBinary(frame.getBytes(UTF_8));
        }
      }
      device.message(100);
      for (int i = 0; i < 100; i++) {
        assertThat(device.messages.get(i))
            .isEqualTo("{\"frame\":" + i + ",\"accepted\":2,\"rejected\":[]}");
      }
    }
    assertThat(Topics.read("stream." + stream)).hasSize(200);
  }

  @Test
  void whatDoesNotFitIsNamedAndTheConnectionServesOn() {
    String stream = declare("ws_bad");
    try (WebSocketDevice device = WebSocketDevice.connect(events(stream))) {
      device.send("[" + Bed.GOOD + "," + Bed.BAD + "]");
      device.send("nonsense");
      device.send("");
      device.send("[" + " ".repeat(FRAME_BYTES) + "]");
      device.socket().sendText("[" + Bed.GOOD, false).join();
      device.send("," + Bed.GOOD + "]");
      assertThat(device.message(1))
          .isEqualTo(
              "{\"frame\":0,\"accepted\":1,\"rejected\":[{\"index\":1,\"code\":\"FIELD_TYPE\","
                  + "\"field\":\"n\",\"detail\":\"n must be a LONG or null: was the string \\\"x\\\"\"}]}");
      assertThat(device.message(2)).contains("\"frame\":1", "\"FRAME_NOT_JSON\"");
      assertThat(device.message(3)).contains("\"frame\":2", "\"FRAME_EMPTY\"");
      assertThat(device.message(4)).contains("\"frame\":3", "\"FRAME_TOO_LARGE\"");
      assertThat(device.message(5)).isEqualTo("{\"frame\":4,\"accepted\":2,\"rejected\":[]}");
    }
    assertThat(Topics.read("dead." + stream))
        .singleElement()
        .satisfies(
            dead ->
                assertThat(new String(dead.headers().lastHeader("door").value(), UTF_8))
                    .isEqualTo("websocket"));
  }

  @Test
  void deviceThatSpeaksTheProtocolIsToldHowMuchItMaySend() {
    String stream = declare("ws_credit");
    try (WebSocketDevice device = WebSocketDevice.connect(events(stream), CREDITED)) {
      assertThat(device.socket().getSubprotocol()).isEqualTo("sluice.v1");
      assertThat(device.message(1)).isEqualTo("{\"credit\":1}");
      for (int sent = 0; sent < 200; sent++) {
        long needed = sent + 1;
        soon(() -> device.told() >= needed);
        device.send(Bed.GOOD);
      }
      soon(() -> device.acks().size() == 200);
      for (int i = 0; i < 200; i++) {
        assertThat(device.acks().get(i))
            .isEqualTo("{\"frame\":" + i + ",\"accepted\":1,\"rejected\":[]}");
      }
      assertThat(device.messages).anyMatch(m -> m.matches("\\{\"frame\":.*,\"credit\":\\d+}"));
    }
    await().atMost(SOON).until(() -> GATEWAY.bean(IngestBudget.class).used() == 0);
  }

  @Test
  void deviceThatSendsBeyondItsCreditIsToldSoAndEnded() {
    String stream = declare("ws_rude");
    try (Warnings log = new Warnings();
        WebSocketDevice device = WebSocketDevice.connect(events(stream), CREDITED)) {
      for (int i = 0; i < 500; i++) {
        device.socket().sendText(Bed.GOOD, true).join();
      }
      assertThat(device.closing()).isEqualTo("1008 CREDIT_EXCEEDED");
      assertThat(device.messages.get(device.messages.size() - 1))
          .contains("\"code\":\"CREDIT_EXCEEDED\"", "\"type\":\"urn:sluice:problem:");
      assertThat(log.written()).isEmpty();
    }
    await().atMost(SOON).until(() -> GATEWAY.bean(IngestBudget.class).used() == 0);
  }

  @Test
  void messageFarBeyondTheBoundEndsItsConnectionWithItsCode() {
    String stream = declare("ws_large");
    try (Warnings log = new Warnings();
        WebSocketDevice whole = WebSocketDevice.connect(events(stream));
        WebSocketDevice parts = WebSocketDevice.connect(events(stream))) {
      whole.socket().sendText(" ".repeat(3 * FRAME_BYTES), true).join();
      assertThat(whole.closing()).startsWith("1009 ");
      for (int i = 0; i < 3; i++) {
        parts.socket().sendText(" ".repeat(FRAME_BYTES), i == 2).join();
      }
      assertThat(parts.closing()).isEqualTo("1009 FRAME_TOO_LARGE");
      assertThat(parts.message(1)).contains("\"code\":\"FRAME_TOO_LARGE\"");
      assertThat(log.written()).isEmpty();
    }
  }

  @Test
  void streamThatIsDroppedEndsItsConnections() {
    String stream = declare("ws_dropped");
    try (WebSocketDevice device = WebSocketDevice.connect(events(stream))) {
      device.send(Bed.GOOD);
      device.message(1);
      assertThat(Http.send("DELETE", GATEWAY.http("/v1/streams/" + stream), "").statusCode())
          .isEqualTo(204);
      device.send(Bed.GOOD);
      assertThat(device.message(2)).contains("\"code\":\"STREAM_UNKNOWN\"");
      assertThat(device.closing()).isEqualTo("1008 STREAM_UNKNOWN");
    }
  }

  @Test
  void upgradeIsRefusedWhereARequestIs() {
    String stream = declare("ws_refused");
    assertRefused(404, events("nosuch"));
    assertRefused(400, URI.create(events(stream) + "?x=1"));
    assertRefused(403, events(stream), "Origin", "http://elsewhere.example");
    try (WebSocketDevice device =
        WebSocketDevice.connect(events(stream), "Origin", GATEWAY.http().toString())) {
      device.send(Bed.GOOD);
      assertThat(device.message(1)).contains("\"accepted\":1");
    }
    // What a page that was refused asks: whether the door has anything against it.
    assertThat(Http.get(events(stream)).statusCode()).isEqualTo(405);
    assertThat(Http.get(events("nosuch")).statusCode()).isEqualTo(404);
    try (Http.Connection old =
        Http.open(
            GATEWAY.http(),
            "GET /v1/streams/" + stream + "/events HTTP/1.1",
            "Host: localhost",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 7",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")) {
      assertThat(old.readUntil("BAD_REQUEST")).startsWith("HTTP/1.1 400 ");
    }
  }

  @Test
  void pingsAreAnsweredAndWhoAnswersNoneIsGone() {
    String stream = declare("ws_pings");
    try (WebSocketDevice device = WebSocketDevice.connect(events(stream))) {
      device.socket().sendPing(ByteBuffer.wrap("still there?".getBytes(UTF_8))).join();
      soon(() -> device.pongs.contains("still there?"));
      try (Http.Connection dead =
          Http.open(
              GATEWAY.http(),
              "GET /v1/streams/" + stream + "/events HTTP/1.1",
              "Host: localhost",
              "Upgrade: websocket",
              "Connection: Upgrade",
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")) {
        String all = dead.readToEnd();
        // A ping without a payload, then a close with 1001 and no reason.
        assertThat(all).contains("\u0089\0").endsWith("\u0088\u0002\u0003\u00e9");
      }
      // The other has answered its own.
      device.send(Bed.GOOD);
      assertThat(device.message(1)).contains("\"accepted\":1");
    }
  }

  @Test
  void shortSessionsLoseNothing() {
    String stream = declare("ws_short");
    for (int i = 0; i < 300; i++) {
      try (WebSocketDevice device = WebSocketDevice.connect(events(stream))) {
        device.send(Bed.GOOD);
        assertThat(device.message(1)).isEqualTo("{\"frame\":0,\"accepted\":1,\"rejected\":[]}");
      }
    }
    assertThat(Topics.read("stream." + stream)).hasSize(300);
    await().atMost(SOON).until(() -> GATEWAY.bean(IngestBudget.class).used() == 0);
  }

  @Test
  void deviceThatReadsNoAcksIsHeldAndSlowsNobody() {
    String stream = declare("ws_deaf");
    List<String> frames = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      frames.add(Bed.GOOD);
    }
    try (WebSocketDevice deaf = WebSocketDevice.connectDeaf(events(stream));
        WebSocketDevice other = WebSocketDevice.connect(events(stream))) {
      frames.forEach(deaf::send);
      frames.forEach(other::send);
      assertThat(other.message(100)).contains("\"frame\":99");
      deaf.socket().request(Long.MAX_VALUE);
      assertThat(deaf.message(100)).contains("\"frame\":99");
    }
  }

  private static void assertRefused(int status, URI events, String... headers) {
    assertThatThrownBy(() -> WebSocketDevice.connect(events, headers).close())
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            refusal -> assertThat(refusal.getResponse().statusCode()).isEqualTo(status));
  }

  private static void soon(java.util.concurrent.Callable<Boolean> condition) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(SOON)
        .until(condition);
  }

  private static URI events(String stream) {
    return GATEWAY.http("/v1/streams/" + stream + "/events");
  }

  private static String declare(String name) {
    GATEWAY.declare(
        name,
        """
        {"fields": [{"name": "device", "type": "STRING"},
                    {"name": "n", "type": "LONG", "nullable": true}], "key": "device", "partitions": 1}
        """);
    return name;
  }
}
