package dev.sluice.gateway.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.gateway.RunningGateway;
import dev.sluice.gateway.ingest.Transport;
import io.netty.pkitesting.X509Bundle;
import io.rsocket.RSocket;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every port by TLS, with the JDK's clients and certificates made here. */
class TlsTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String EVENTS = "/v1/streams/secured/events";
  private static final String EVENT = "[{\"device\":\"a\"}]";
  private static final String STORED = "{\"frame\":0,\"accepted\":1,\"rejected\":[]}";

  @TempDir static Path directory;
  private static X509Bundle authority;
  private static X509Bundle stranger;
  private static RunningGateway gateway;
  private static TlsClients clients;

  @BeforeAll
  static void start() throws Exception {
    authority = TlsClients.authority("CN=ours");
    stranger = TlsClients.authority("CN=another");
    put(TlsClients.server(authority));
    Files.writeString(file("trust.pem"), authority.getRootCertificatePEM());
    gateway =
        RunningGateway.start(
            "sluice.tls.certificate=" + file("server.pem"),
            "sluice.tls.key=" + file("server.key"),
            "sluice.tls.trust=" + file("trust.pem"),
            "sluice.tls.client-auth=want",
            "sluice.tls.reload-every=100ms",
            "sluice.http.allowed-hosts=gateway.example");
    clients = new TlsClients(gateway, authority);
    HttpResponse<String> declared =
        clients.send(
            null,
            "PUT",
            "/v1/streams/secured",
            """
            {"fields": [{"name": "device", "type": "STRING"}], "key": "device", "partitions": 1}
            """);
    assertThat(declared.statusCode()).isEqualTo(201);
  }

  @AfterAll
  static void close() {
    gateway.close();
  }

  @Test
  void eventsComeByHttps() {
    assertThat(clients.send(null, "POST", EVENTS, EVENT).body()).isEqualTo(STORED);
  }

  @Test
  void eventsComeByWss() {
    assertThat(clients.ackByWebSocket(null, EVENTS, EVENT)).isEqualTo(STORED);
  }

  @Test
  void eventsComeByRSocketOverTls() {
    assertThat(ackByRSocket(clients.rsocket(null), EVENT)).isEqualTo(STORED);
    assertThat(ackByRSocket(clients.rsocketByWebSocket(null), EVENT)).isEqualTo(STORED);
  }

  private static String ackByRSocket(RSocket device, String frame) {
    try {
      return Objects.requireNonNull(
              device.requestResponse(Transport.routed("streams.secured.events", frame)).block(SOON))
          .getDataUtf8();
    } finally {
      device.dispose();
    }
  }

  @Test
  void whoTrustsAnotherAuthorityIsNotConnected() {
    TlsClients others = new TlsClients(gateway, stranger);
    assertThatThrownBy(() -> others.send(null, "GET", "/v1/streams", ""))
        .hasCauseInstanceOf(SSLException.class);
  }

  @Test
  void aDeviceWithACertificateOfAnotherAuthorityIsNotLetIn() throws Exception {
    X509Bundle forged = TlsClients.device(stranger, "a");
    assertThatThrownBy(() -> clients.send(forged, "GET", "/v1/streams", ""))
        .hasCauseInstanceOf(IOException.class);
    X509Bundle ours = TlsClients.device(authority, "a");
    assertThat(clients.send(ours, "GET", "/v1/streams", "").statusCode()).isEqualTo(200);
  }

  @Test
  void whereNobodyIsAskedACertificateStillSpeaksForNoOther() throws Exception {
    X509Bundle b = TlsClients.device(authority, "b");
    assertThat(clients.send(b, "POST", EVENTS, EVENT).body()).contains("KEY_NOT_YOURS");
    assertThat(ackByRSocket(clients.rsocket(b), EVENT)).contains("KEY_NOT_YOURS");
  }

  @Test
  void whoDoesNotSpeakTlsIsNotServed() throws Exception {
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), gateway.http().getPort())) {
      plain.setSoTimeout((int) SOON.toMillis());
      plain
          .getOutputStream()
          .write("GET /v1/streams HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
      assertThat(new String(plain.getInputStream().readAllBytes(), UTF_8))
          .doesNotContain("HTTP/1.1");
    }
  }

  @Test
  void whoHasComeByTlsIsToComeSoAgainButNotToTheWholeLoopback() throws Exception {
    assertThat(head("gateway.example"))
        .startsWith("http/1.1 200")
        .contains("strict-transport-security: max-age=31536000\r\n");
    assertThat(head("localhost"))
        .startsWith("http/1.1 200")
        .doesNotContain("strict-transport-security");
  }

  /** Of an answer, in lower case. */
  private static String head(String host) throws IOException {
    try (SSLSocket socket = connect()) {
      socket
          .getOutputStream()
          .write(
              ("GET /v1/streams HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8).toLowerCase(Locale.ROOT);
    }
  }

  @Test
  void filesThatChangeAreUsedForNewConnectionsAndBrokenOnesAreNot() throws Exception {
    try (SSLSocket old = connect()) {
      X509Bundle renewed = TlsClients.server(authority);
      put(renewed);
      BigInteger first = serial(old);
      await().atMost(SOON).until(() -> !serial().equals(first));
      assertThat(health()).contains("\"status\":\"UP\"");

      BigInteger second = serial();
      Files.writeString(file("server.key"), TlsClients.server(authority).getPrivateKeyPEM());
      await().atMost(SOON).until(() -> health().contains("CERTIFICATE_STALE"));
      assertThat(serial()).isEqualTo(second);
      Files.writeString(file("server.pem"), "no PEM");
      assertThat(serial()).isEqualTo(second);

      put(renewed);
      await().atMost(SOON).until(() -> health().contains("\"status\":\"UP\""));
      assertThat(serial()).isEqualTo(second);

      put(TlsClients.server(authority));
      await().atMost(SOON).until(() -> health().contains("\"status\":\"UP\""));
      assertThat(serial()).isNotEqualTo(second);

      old.getOutputStream()
          .write("GET /v1/streams HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
      assertThat(new String(old.getInputStream().readNBytes(12), UTF_8)).isEqualTo("HTTP/1.1 200");
    }
  }

  // ---- files ----

  private static Path file(String name) {
    return directory.resolve(name);
  }

  /** One file after the other: in between they do not belong together. */
  private static void put(X509Bundle server) throws IOException {
    Files.writeString(file("server.pem"), server.getCertificatePathPEM());
    Files.writeString(file("server.key"), server.getPrivateKeyPEM());
  }

  // ---- what is seen ----

  private static String health() {
    return clients.send(null, "GET", "/actuator/health", "").body();
  }

  private static SSLSocket connect() throws IOException {
    SSLSocket socket =
        (SSLSocket)
            TlsClients.context(authority, null)
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), gateway.http().getPort());
    socket.setSoTimeout((int) SOON.toMillis());
    socket.startHandshake();
    return socket;
  }

  private static BigInteger serial() throws IOException {
    try (SSLSocket socket = connect()) {
      return serial(socket);
    }
  }

  private static BigInteger serial(SSLSocket socket) throws IOException {
    return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
  }
}
