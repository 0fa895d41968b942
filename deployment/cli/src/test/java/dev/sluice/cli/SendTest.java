package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.TestGateway;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SendTest {
  private static final String READINGS = "/v1/streams/readings";
  private static final String DEFINITION =
      """
      {"name":"readings","fields":[{"name":"device","type":"STRING"},{"name":"ts","type":"TIMESTAMP"},
        {"name":"v","type":"DOUBLE","nullable":true},{"name":"n","type":"LONG","nullable":true},
        {"name":"ok","type":"BOOLEAN","nullable":true}],"time":"ts","unknown":"reject"}""";
  private static final String UNKNOWN =
      "{\"code\":\"STREAM_UNKNOWN\",\"status\":404,\"detail\":\"There is no stream readings.\"}";

  private final TestHttp http = new TestHttp();
  private TestGateway gateway = TestGateway.start(2, TestGateway.STORES_ALL);

  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @BeforeEach
  void declare() {
    http.on("GET " + READINGS, 200, DEFINITION);
    http.on("POST " + READINGS + "/watermark", 200, "{}");
  }

  @AfterEach
  void stop() {
    gateway.close();
    http.close();
  }

  @Test
  void cellsAreConvertedToTheFieldsTypes() throws IOException {
    Path file =
        file(
            "r.csv",
            """
            device,ts,v,n,ok
            a,2026-11-20T12:00:00.5Z,1.50,1,true
            "b, c",2026-11-20T06:00:01-06:00,+.5,007,FALSE
            "",1763640002000,,,
            d,2026-11-20 12:00:03,hot,1.5,maybe
            """);
    Run run = send(file);
    assertThat(run.exitCode()).isZero();
    assertThat(gateway.frames())
        .containsExactly(
            "[{\"device\":\"a\",\"ts\":1795176000500,\"v\":1.50,\"n\":1,\"ok\":true},"
                + "{\"device\":\"b, c\",\"ts\":1795176001000,\"v\":0.5,\"n\":7,\"ok\":false},"
                + "{\"device\":\"\",\"ts\":1763640002000,\"v\":null,\"n\":null,\"ok\":null},"
                + "{\"device\":\"d\",\"ts\":1795176003000,\"v\":\"hot\",\"n\":1.5,\"ok\":\"maybe\"}]");
    assertThat(gateway.lastChannel().route()).isEqualTo("streams.readings.events");
  }

  @Test
  void watermarkAtTheEndIsTheGreatestTimeStored() throws IOException {
    Path file =
        file(
            "r.csv",
            """
            device,ts
            a,2026-11-20T12:00:05Z
            a,2026-11-20T12:00:00Z
            """);
    Run run = send(file);
    assertThat(run)
        .isEqualTo(new Run(0, "2 acked, 0 rejected\nwatermark 2026-11-20T12:00:05Z\n", ""));
    assertThat(http.requests)
        .last()
        .isEqualTo(
            new TestHttp.Request(
                "POST " + READINGS + "/watermark",
                "application/json",
                "{\"watermark\":\"2026-11-20T12:00:05Z\"}"));

    Path ahead = file("ahead.csv", "device,ts\na,9026-11-20T12:00:05Z\n");
    assertThat(send(ahead).out()).contains("watermark 2").doesNotContain("9026");
    http.on(
        "GET " + READINGS, 200, DEFINITION.replace("{\"name\"", "{\"historical\":true,\"name\""));
    assertThat(send(ahead).out()).contains("watermark 9026-11-20T12:00:05Z");

    http.requests.clear();
    assertThat(send(file, "--no-watermark").out()).isEqualTo("2 acked, 0 rejected\n");
    assertThat(http.requests).hasSize(1);
  }

  @Test
  void rejectionsAreToldWithTheirLinesAndCodes() throws IOException {
    gateway.close();
    gateway =
        TestGateway.start(
            1,
            (channel, index, frame) ->
                channel.answer(
                    """
                    {"frame":0,"accepted":1,"rejected":[
                     {"index":1,"code":"FIELD_TYPE","field":"v","detail":"v must be a DOUBLE"},
                     {"index":2,"code":"EVENT_FROM_FUTURE","field":"ts","detail":"ts is ahead"}]}"""));
    Path file =
        file(
            "r.csv",
            """
            device,ts,v
            a,2026-11-20T12:00:00Z,1

            "b
            c",2026-11-20T12:00:05Z,hot
            d,9026-11-20T12:00:05Z,1
            """);
    Run run = send(file);
    assertThat(run)
        .isEqualTo(
            new Run(
                1,
                """
                1 acked, 2 rejected (EVENT_FROM_FUTURE 1, FIELD_TYPE 1)
                watermark 2026-11-20T12:00:00Z
                """,
                """
                line 4: FIELD_TYPE: v must be a DOUBLE
                line 6: EVENT_FROM_FUTURE: ts is ahead
                """));
  }

  @Test
  void linesOfJsonAreSentAsTheyAre() throws IOException {
    Path file =
        file(
            "r.ndjson",
            """
            {"device": "a", "ts": "2026-11-20T12:00:00Z", "x": {"ts": 1}}

            {"ts":1795176001000,"device":"b"}
            """);
    Run run = send(file);
    assertThat(run.out()).isEqualTo("2 acked, 0 rejected\nwatermark 2026-11-20T12:00:01Z\n");
    assertThat(gateway.frames())
        .containsExactly(
            "[{\"device\": \"a\", \"ts\": \"2026-11-20T12:00:00Z\", \"x\": {\"ts\": 1}},"
                + "{\"ts\":1795176001000,\"device\":\"b\"}]");
  }

  @Test
  void lineThatIsNoJsonIsRejectedAlone() throws IOException {
    gateway.close();
    gateway =
        TestGateway.start(
            1,
            (channel, index, frame) -> {
              if (frame.startsWith("[")) {
                channel.stored(index, frame);
              } else {
                channel.answer(
                    "{\"frame\":%d,\"accepted\":0,\"rejected\":[],\"problem\":{\"code\":\"FRAME_NOT_JSON\",\"detail\":\"no\"}}"
                        .formatted(index));
              }
              channel.grant(1);
            });
    Path file = file("r.jsonl", "torn\n{\"device\":\"a\"}\n{\"device\":\n{\"device\":\"b\"} 1\n{}");
    Run run = send(file);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEqualTo("2 acked, 3 rejected (FRAME_NOT_JSON 3)\n");
    assertThat(run.err())
        .contains("line 1: FRAME_NOT_JSON", "line 3: FRAME_NOT_JSON", "line 4: FRAME_NOT_JSON");
    assertThat(gateway.frames())
        .containsExactlyInAnyOrder(
            "torn", "[{\"device\":\"a\"}]", "{\"device\":", "{\"device\":\"b\"} 1", "[{}]");
  }

  @Test
  void manyEventsGoInFramesByTheirSizeAndStandardInputMayBePacked() throws IOException {
    StringBuilder rows = new StringBuilder("device,ts\n");
    for (int i = 0; i < 25_000; i++) {
      rows.append("bus").append(i).append(',').append(1_795_176_000_000L + i).append('\n');
    }
    Path packed = folder.resolve("r.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(rows.toString().getBytes(StandardCharsets.UTF_8));
    }
    assertThat(send(packed).out()).startsWith("25,000 acked, 0 rejected\n");
    assertThat(gateway.events()).hasSize(25_000);
    assertThat(gateway.frames()).hasSize(25).allMatch(frame -> frame.length() < 80_000);

    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(rows.toString().getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(send(Path.of("-")).out()).startsWith("25,000 acked");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void columnThatIsNoFieldIsUsageBeforeAnythingIsSent() throws IOException {
    Run run = send(file("r.csv", "device,tz\na,1\n"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("column tz that is no field", "device, ts, v, n, ok");
    assertThat(gateway.connections()).isZero();

    http.on("GET " + READINGS, 200, DEFINITION.replace("\"reject\"", "\"ignore\""));
    assertThat(send(file("r.csv", "device,tz\na,1\n")).exitCode()).isZero();
  }

  @Test
  void tornFileSaysHowFarItCame() throws IOException {
    Run run = send(file("r.csv", "device,ts\na,1795176000000\n\"b,1\n"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("cannot read on: line", "Until then: ");
    assertThat(send(file("empty.csv", "")).err()).contains("is empty");
    assertThat(send(folder.resolve("none.csv")).exitCode()).isEqualTo(2);
  }

  @Test
  void streamThatIsDeletedMeanwhileIsARefusal() throws IOException {
    gateway.close();
    gateway = TestGateway.start(1, (channel, index, frame) -> channel.refuse(UNKNOWN));
    Run run = send(file("r.csv", "device,ts\na,1795176000000\n"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("STREAM_UNKNOWN: There is no stream readings.");
  }

  @Test
  void gatewayThatIsNotThereHasItsOwnExitCode() throws IOException {
    Path file = file("r.csv", "device,ts\na,1795176000000\n");
    int port = gateway.port();
    gateway.close();
    Run run =
        Run.of(
            "send",
            "readings",
            file.toString(),
            "--url",
            http.url(),
            "--rsocket",
            "" + port,
            "--patience",
            "1");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("127.0.0.1:" + port, "--rsocket", "Until then: 0 acked");
    assertThat(send(file, "--rsocket", "x").exitCode()).isEqualTo(2);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Run send(Path file, String... options) {
    List<String> line = new ArrayList<>(List.of("send", "readings", file.toString()));
    line.addAll(List.of("--url", http.url(), "--patience", "5"));
    line.addAll(List.of(options));
    if (!line.contains("--rsocket")) {
      line.addAll(List.of("--rsocket", "" + gateway.port()));
    }
    return Run.of(line.toArray(String[]::new));
  }
}
