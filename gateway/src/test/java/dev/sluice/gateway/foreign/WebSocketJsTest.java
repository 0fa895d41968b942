package dev.sluice.gateway.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The package ws, which has nothing in common with ours but the protocol. */
class WebSocketJsTest {
  private static final int FRAMES = 200;

  @Test
  void framesOfAForeignClientAreStoredAndAckedAsItIsToldToSendThem() {
    String stream = "foreign_ws";
    Notes.declare(stream);
    List<String> frames = new ArrayList<>();
    for (int i = 0; i < FRAMES; i++) {
      frames.add("[{\"who\":\"é\",\"n\":%d,\"says\":\"%s\"}]".formatted(i, "ü".repeat(i * 40)));
    }
    frames.add("[{\"who\":\"a\",\"n\":\"many\"},{\"who\":\"a\",\"n\":0}]");

    JsonNode told =
        Node.run(
            "websocket.js",
            String.join("\n", frames),
            "ws://127.0.0.1:"
                + Notes.GATEWAY.http().getPort()
                + "/v1/streams/"
                + stream
                + "/events");

    assertThat(told.path("protocol").asString()).isEqualTo("sluice.v1");
    assertThat(told.path("acks")).hasSize(FRAMES + 1);
    for (int i = 0; i <= FRAMES; i++) {
      assertThat(told.path("acks").path(i).path("frame").asInt()).isEqualTo(i);
      assertThat(told.path("acks").path(i).path("accepted").asInt()).isEqualTo(1);
    }
    assertThat(told.path("acks").path(FRAMES).path("rejected").path(0).path("code").asString())
        .isEqualTo("FIELD_TYPE");
    assertThat(told.path("most").asInt()).isPositive();
    assertThat(told.path("code").asInt()).isEqualTo(1000);
    assertThat(Notes.rows("SELECT COUNT(*) AS n, SUM(n) AS s FROM " + stream).toString())
        .isEqualTo("[[%d,%d]]".formatted(FRAMES + 1, FRAMES * (FRAMES - 1) / 2));
  }
}
