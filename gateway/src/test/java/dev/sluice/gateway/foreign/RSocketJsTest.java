package dev.sluice.gateway.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** rsocket-js, which has nothing in common with ours but the protocol. */
class RSocketJsTest {
  private static final int APPLICATION_ERROR = 0x201;
  private static final int FRAMES = 50;

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "websocket"})
  void framesOfAForeignClientAreStoredAndAckedAndWhatIsWrongIsNamed(String transport) {
    String stream = "foreign_" + transport;
    Notes.declare(stream);
    List<String> frames = new ArrayList<>();
    for (int i = 0; i < FRAMES; i++) {
      frames.add(
          "[{\"who\":\"a\",\"n\":%d},{\"who\":\"é\",\"n\":%d,\"says\":\"%s\"}]"
              .formatted(2 * i, 2 * i + 1, "ü".repeat(i * 40)));
    }
    frames.add("[{\"who\":\"a\",\"n\":\"many\"},{\"who\":\"a\",\"n\":100}]");
    frames.add("[{\"who\":");
    frames.add("[{\"who\":\"a\",\"n\":101}]");

    JsonNode answers =
        Node.run("device.js", String.join("\n", frames), transport, port(transport), stream);

    JsonNode acks = answers.path("channel");
    assertThat(acks).hasSize(FRAMES + 3);
    for (int i = 0; i < acks.size(); i++) {
      assertThat(acks.path(i).path("frame").asInt()).isEqualTo(i);
      assertThat(acks.path(i).path("accepted").asInt()).isEqualTo(accepted(i));
    }
    JsonNode rejection = acks.path(FRAMES).path("rejected").path(0);
    assertThat(rejection.path("index").asInt()).isZero();
    assertThat(rejection.path("code").asString()).isEqualTo("FIELD_TYPE");
    assertThat(rejection.path("field").asString()).isEqualTo("n");
    assertThat(acks.path(FRAMES + 1).path("problem").path("code").asString())
        .isEqualTo("FRAME_NOT_JSON");
    assertThat(answers.path("response").toString())
        .isEqualTo("{\"frame\":0,\"accepted\":2,\"rejected\":[]}");
    for (String unknown : List.of("unknownChannel", "unknownResponse")) {
      assertThat(answers.path(unknown).path("code").asInt()).isEqualTo(APPLICATION_ERROR);
      assertThat(answers.path(unknown).path("problem").path("code").asString())
          .isEqualTo("STREAM_UNKNOWN");
    }

    assertThat(Notes.rows("SELECT COUNT(*) AS n, SUM(n) AS s FROM " + stream).toString())
        .isEqualTo("[[%d,%d]]".formatted(2 * FRAMES + 2 + 2, sum() + 100 + 101 + 1));
  }

  private static int accepted(int frame) {
    if (frame < FRAMES) {
      return 2;
    }
    return frame == FRAMES + 1 ? 0 : 1;
  }

  private static int sum() {
    return FRAMES * (2 * FRAMES - 1);
  }

  private static String port(String transport) {
    return Integer.toString(
        transport.equals("tcp") ? Notes.GATEWAY.rsocketPort() : Notes.GATEWAY.http().getPort());
  }
}
