package dev.sluice.gateway.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send a byte now and then, too much of a head, nothing, or come in crowds. */
class SlowClientsTest {
  private static final int SOON_MS = 60_000;
  private static final int MOST = 12;

  /** What an answer says that no door has made, as all others do. */
  private static final List<String> FOR_BROWSERS =
      List.of(
          "Content-Security-Policy: default-src 'none'",
          "X-Frame-Options: DENY",
          "X-Content-Type-Options: nosniff",
          "Cache-Control: no-store");

  private static final RunningGateway GATEWAY =
      RunningGateway.start(
          "sluice.connections.max-per-address=" + MOST,
          "sluice.connections.head-timeout=400ms",
          "sluice.connections.body-timeout=400ms",
          "sluice.ingest.body-timeout=1s",
          "sluice.connections.idle-timeout=1s");

  static {
    GATEWAY.declare(
        "slowly",
        """
        {"fields": [{"name": "device", "type": "STRING"}], "key": "device", "partitions": 1}
        """);
  }

  @AfterAll
  static void close() {
    GATEWAY.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET /v1/streams HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        "GET /actuator/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
      })
  void aHeadByteByByteIsRefusedInTime(String before) throws Exception {
    try (Socket client = connect(GATEWAY.http().getPort())) {
      client.getOutputStream().write(before.getBytes(ISO_8859_1));
      String told = dripUntilTheEnd(client, "GET /" + "x".repeat(10_000));
      assertThat(told)
          .contains("HTTP/1.1 408 ")
          .contains("\"code\":\"REQUEST_TIMEOUT\"")
          .contains(FOR_BROWSERS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST /v1/query", "POST /v1/streams/slowly/events"})
  void aBodyByteByByteIsRefusedInTime(String request) throws Exception {
    try (Socket client = connect(GATEWAY.http().getPort())) {
      client
          .getOutputStream()
          .write(
              (request
                      + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                      + "Content-Length: 100000\r\n\r\n")
                  .getBytes(ISO_8859_1));
      String told = dripUntilTheEnd(client, " ".repeat(10_000));
      assertThat(told).contains("HTTP/1.1 408 ").contains("\"code\":\"REQUEST_TIMEOUT\"");
    }
  }

  @Test
  void aFirstFrameOfRSocketByteByByteIsRefusedInTime() throws Exception {
    try (Socket client = connect(GATEWAY.rsocketPort())) {
      String told = dripUntilTheEnd(client, "\0\7\0" + "\0".repeat(1_000));
      assertThat(told).contains("\"code\":\"REQUEST_TIMEOUT\"");
    }
  }

  @Test
  void whoAsksForNothingIsClosed() throws Exception {
    try (Socket silent = connect(GATEWAY.http().getPort());
        Socket asked = connect(GATEWAY.http().getPort())) {
      asked
          .getOutputStream()
          .write("GET /v1/openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
      assertThat(new String(asked.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 200 ");
      assertThat(silent.getInputStream().read()).isNegative();
    }
  }

  @Test
  void aHeadThatIsTooLongIsRefusedWithItsCodeAndLongSqlIsNot() {
    String sql = "SELECT+device+FROM+slowly" + "%20".repeat(65_000);
    HttpResponse<String> answer =
        Http.get(GATEWAY.http("/v1/query?from=earliest&to=now&sql=" + sql));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(ask("GET /?" + "x".repeat(300 << 10) + " HTTP/1.1\r\nHost: localhost"))
        .startsWith("HTTP/1.1 414 ")
        .contains("\"code\":\"URL_TOO_LONG\"")
        .contains(FOR_BROWSERS);
    assertThat(ask("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20 << 10)))
        .startsWith("HTTP/1.1 431 ")
        .contains("\"code\":\"HEADERS_TOO_LARGE\"")
        .contains(FOR_BROWSERS);
    assertThat(ask("NONSENSE")).startsWith("HTTP/1.1 400 ").contains("\"code\":\"BAD_REQUEST\"");
  }

  @Test
  void aCrowdFromOneAddressIsToldSoAndTheOthersAreServed() throws Exception {
    List<Socket> crowd = new ArrayList<>();
    try {
      for (int i = 0; i < MOST; i++) {
        Socket device = connect(GATEWAY.rsocketPort());
        crowd.add(device);
      }
      await().atMost(Duration.ofMillis(SOON_MS)).until(() -> refused(GATEWAY.rsocketPort()));
      assertThat(told(GATEWAY.rsocketPort())).contains("\"code\":\"TOO_MANY_CONNECTIONS\"");
      assertThat(told(GATEWAY.http().getPort()))
          .startsWith("HTTP/1.1 503 ")
          .contains("\"code\":\"TOO_MANY_CONNECTIONS\"")
          .contains(FOR_BROWSERS);
    } finally {
      for (Socket device : crowd) {
        device.close();
      }
    }
    await()
        .atMost(Duration.ofMillis(SOON_MS))
        .ignoreExceptions()
        .until(() -> Http.get(GATEWAY.http("/v1/streams")).statusCode() == 200);
  }

  private static boolean refused(int port) throws IOException {
    return told(port).contains("TOO_MANY_CONNECTIONS");
  }

  private static String told(int port) throws IOException {
    try (Socket client = connect(port)) {
      return new String(client.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static String ask(String head) {
    try (Http.Connection connection = Http.open(GATEWAY.http(), head)) {
      return connection.readToEnd();
    }
  }

  /** What the server has said when it closed the connection. */
  private static String dripUntilTheEnd(Socket client, String bytes) throws IOException {
    StringBuilder told = new StringBuilder();
    client.setSoTimeout(100);
    for (byte next : bytes.getBytes(ISO_8859_1)) {
      try {
        client.getOutputStream().write(next);
      } catch (IOException closed) {
        return told.toString();
      }
      try {
        byte[] some = new byte[4096];
        int count = client.getInputStream().read(some);
        if (count < 0) {
          return told.toString();
        }
        told.append(new String(some, 0, count, ISO_8859_1));
      } catch (java.net.SocketTimeoutException nothing) {
        // Goes on.
      } catch (IOException closed) {
        return told.toString();
      }
    }
    throw new AssertionError("still open: " + told);
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(SOON_MS);
    return socket;
  }
}
