package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamTest {
  private static final String READINGS = "/v1/streams/readings";

  private final TestHttp http = new TestHttp();

  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @AfterEach
  void stop() {
    http.close();
  }

  @Test
  void declareSaysWhetherTheStreamIsNew() throws IOException {
    Path file = Files.writeString(folder.resolve("readings.json"), "{\"fields\": []}");
    http.on("PUT " + READINGS, 201, "{}");
    Run run = stream("declare", "readings", "-f", file.toString());
    assertThat(run).isEqualTo(new Run(0, "declared readings\n", ""));
    assertThat(http.requests.get(0).body()).isEqualTo("{\"fields\": []}");

    http.on("PUT " + READINGS, 200, "{}");
    assertThat(stream("declare", "readings", "-f", file.toString()).out())
        .isEqualTo("readings is as defined\n");
  }

  @Test
  void refusalIsToldWithItsCode() throws IOException {
    Path file = Files.writeString(folder.resolve("readings.json"), "{}");
    http.on(
        "PUT " + READINGS,
        409,
        """
        {"code":"STREAM_INCOMPATIBLE","status":409,"detail":"temperature was a DOUBLE: cannot become a LONG"}""");
    Run run = stream("declare", "readings", "-f", file.toString());
    assertThat(run)
        .isEqualTo(
            new Run(
                1,
                "",
                "sluice: STREAM_INCOMPATIBLE: temperature was a DOUBLE: cannot become a LONG\n"));
  }

  @Test
  void fileThatIsNotThereIsUsage() {
    Run run = stream("declare", "readings", "-f", folder.resolve("none.json").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("none.json");
  }

  @Test
  void listIsALineAStream() {
    http.on(
        "GET /v1/streams",
        200,
        """
        {"streams":[{"name":"buses","partitions":6,"fields":[{"name":"bus","type":"STRING"},
          {"name":"speed","type":"DOUBLE","nullable":true}]},{"name":"a\\u001b[2J","partitions":1}]}""");
    Run run = stream("list");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines())
        .hasSize(2)
        .first()
        .asString()
        .matches("buses +6 partitions  bus STRING, speed DOUBLE");
    assertThat(run.out()).doesNotContain("\u001b");
  }

  @Test
  void showIsJsonForPeople() {
    http.on(
        "GET " + READINGS,
        200,
        "{\"name\":\"readings\",\"fields\":[{\"name\":\"v\",\"type\":\"LONG\"}],\"lateness\":\"PT5S\"}");
    assertThat(stream("show", "readings").out())
        .isEqualTo(
            """
            {
              "name": "readings",
              "fields": [
                {"name":"v","type":"LONG"}
              ],
              "lateness": "PT5S"
            }
            """);
  }

  @Test
  void unknownStreamIsARefusal() {
    assertThat(stream("show", "none").exitCode()).isEqualTo(1);
    assertThat(stream("show", "../x").exitCode()).isEqualTo(2);
  }

  @Test
  void deleteDeletes() {
    http.on("DELETE " + READINGS, 200, "");
    assertThat(stream("delete", "readings")).isEqualTo(new Run(0, "deleted readings\n", ""));
  }

  @Test
  void gatewayThatIsNotThereHasItsOwnExitCode() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Run run = Run.of("stream", "list", "--url", "http://127.0.0.1:" + port);
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("cannot reach the gateway at http://127.0.0.1:" + port);
    assertThat(Run.of("stream", "list", "--url", "localhost:8080").exitCode()).isEqualTo(2);
  }

  @Test
  void typesAreReadOffTheHeadOfACsvFile() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("r.csv"),
            """
            device,n,v,ok,at,zip,note,none
            a,1,1,true,2026-11-20T12:00:00Z,00501,,
            b,-22,2.5,FALSE,2026-11-20 12:00:01,10001,"x, y",
            """);
    Run run = Run.of("stream", "infer", "readings", file.toString(), "--key", "device");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            {
              "fields": [
                {"name":"device","type":"STRING"},
                {"name":"n","type":"LONG","nullable":true},
                {"name":"v","type":"DOUBLE","nullable":true},
                {"name":"ok","type":"BOOLEAN","nullable":true},
                {"name":"at","type":"TIMESTAMP"},
                {"name":"zip","type":"STRING","nullable":true},
                {"name":"note","type":"STRING","nullable":true},
                {"name":"none","type":"STRING","nullable":true}
              ],
              "key": "device",
              "time": "at"
            }
            """);
  }

  @Test
  void inferredStreamCanBeDeclaredAtOnce() throws IOException {
    Path file = Files.writeString(folder.resolve("r.csv"), "id,ms\n1,1447372800000\n");
    http.on("PUT " + READINGS, 201, "{}");
    Run run =
        stream(
            "infer",
            "readings",
            file.toString(),
            "--time",
            "ms",
            "--id",
            "id",
            "--historical",
            "--declare");
    assertThat(run.err()).isEqualTo("declared readings\n");
    assertThat(http.requests.get(0).body())
        .contains("{\"name\":\"ms\",\"type\":\"TIMESTAMP\"}", "\"historical\": true");
  }

  @Test
  void roleThatNamesNoColumnIsUsage() throws IOException {
    Path file = Files.writeString(folder.resolve("r.csv"), "a,b\n1,2\n");
    Run run = stream("infer", "readings", file.toString(), "--key", "c");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--key names no column", "it has a, b");
  }

  private Run stream(String... args) {
    String[] line = new String[args.length + 3];
    line[0] = "stream";
    System.arraycopy(args, 0, line, 1, args.length);
    line[args.length + 1] = "--url";
    line[args.length + 2] = http.url();
    return Run.of(line);
  }
}
