package dev.sluice.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import dev.sluice.gateway.RunningGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed bodies, before the real servers. */
class BodyCodingTest {
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final int FRAME_BYTES = 1 << 20;

  @AfterEach
  void everyRoomIsGivenBack() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> GATEWAY.bean(IngestBudget.class).used() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "x-gzip", "GZIP", "zstd", "identity"})
  void compressedBodyIsTheFrameThatItHolds(String coding) throws Exception {
    String stream =
        declare("coding_" + coding.replace('-', '_').toLowerCase(java.util.Locale.ROOT));
    byte[] frame = ("[" + Bed.GOOD + "," + Bed.BAD + "]").getBytes(UTF_8);
    HttpResponse<String> answer = post(stream, compressed(coding, frame), coding);
    assertThat(answer.body()).startsWith("{\"frame\":0,\"accepted\":1,\"rejected\":[{\"index\":1,");
    assertThat(Topics.read("dead." + stream).get(0).value()).isEqualTo(Bed.BAD.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void bombIsRefusedWhenItHasReachedTheBound(String coding) throws Exception {
    String stream = declare("bomb_" + coding);
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    byte[] blanks = new byte[1 << 20];
    Arrays.fill(blanks, (byte) ' ');
    try (OutputStream out = open(coding, bomb)) {
      for (int i = 0; i < 256; i++) {
        out.write(blanks);
      }
    }
    assertThat(bomb.size()).isLessThan(FRAME_BYTES);
    assertRefused(post(stream, bomb.toByteArray(), coding), 413, "FRAME_TOO_LARGE");

    byte[] most = Arrays.copyOf(Bed.GOOD.getBytes(UTF_8), FRAME_BYTES);
    Arrays.fill(most, Bed.GOOD.length(), FRAME_BYTES, (byte) ' ');
    assertThat(post(stream, compressed(coding, most), coding).body()).contains("\"accepted\":1");
  }

  @Test
  void windowLargerThanASenderMayCountOnIsRefused() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZstdOutputStream out = new ZstdOutputStream(bytes)) {
      out.setLong(27);
      out.write(Bed.GOOD.getBytes(UTF_8));
      out.flush();
    }
    assertRefused(post(declare("window"), bytes.toByteArray(), "zstd"), 400, "BAD_REQUEST");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void whatIsNotWholeOrNotCompressedIsRefused(String coding) throws Exception {
    String stream = declare("broken_" + coding);
    byte[] whole = compressed(coding, ("[" + Bed.GOOD + "]").getBytes(UTF_8));
    for (byte[] body :
        List.of(
            Bed.GOOD.getBytes(UTF_8),
            new byte[0],
            Arrays.copyOf(whole, whole.length / 2),
            Arrays.copyOf(whole, 3))) {
      HttpResponse<String> answer = post(stream, body, coding);
      assertThat(answer.statusCode()).isEqualTo(400);
    }
    assertThat(Topics.read("stream." + stream)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "deflate", "gzip, gzip", "gzip, zstd", "nonsense"})
  void otherCodingsAreNotTaken(String coding) throws Exception {
    assertRefused(
        post(declare("other_coding"), Bed.GOOD.getBytes(UTF_8), coding),
        415,
        "MEDIA_TYPE_UNSUPPORTED");
  }

  private static byte[] compressed(String coding, byte[] frame) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = open(coding, bytes)) {
      out.write(frame);
    }
    return bytes.toByteArray();
  }

  private static OutputStream open(String coding, OutputStream out) throws IOException {
    return switch (coding) {
      case "identity" -> out;
      case "zstd" -> new ZstdOutputStream(out);
      default -> new GZIPOutputStream(out);
    };
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
    assertThat(answer.statusCode()).isEqualTo(status);
  }

  private static HttpResponse<String> post(String stream, byte[] body, String coding)
      throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(GATEWAY.http("/v1/streams/" + stream + "/events"))
                .header("Content-Type", "application/json")
                .header("Content-Encoding", coding)
                .POST(BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.ofString());
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
