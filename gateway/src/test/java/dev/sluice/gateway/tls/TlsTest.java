package dev.sluice.gateway.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.gateway.RunningGateway;
import dev.sluice.gateway.ingest.Transport;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.transport.netty.client.TcpClientTransport;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.netty.tcp.TcpClient;

/** Every port by TLS, with the JDK's clients and certificates made here. */
class TlsTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String EVENT = "[{\"device\":\"a\"}]";
  private static final String STORED = "{\"frame\":0,\"accepted\":1,\"rejected\":[]}";

  @TempDir static Path directory;
  private static X509Bundle authority;
  private static X509Bundle stranger;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    authority = authority("CN=ours");
    stranger = authority("CN=another");
    put(server(authority));
    Files.writeString(file("trust.pem"), authority.getRootCertificatePEM());
    gateway =
        RunningGateway.start(
            "sluice.tls.certificate=" + file("server.pem"),
            "sluice.tls.key=" + file("server.key"),
            "sluice.tls.trust=" + file("trust.pem"),
            "sluice.tls.client-auth=want",
            "sluice.tls.reload-every=100ms");
    HttpResponse<String> declared =
        send(
            client(null),
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
  void eventsComeByHttps() throws Exception {
    assertThat(send(client(null), "POST", "/v1/streams/secured/events", EVENT).body())
        .isEqualTo(STORED);
  }

  @Test
  void eventsComeByWss() {
    CompletableFuture<String> ack = new CompletableFuture<>();
    WebSocket socket =
        client(null)
            .newWebSocketBuilder()
            .buildAsync(
                URI.create(https("/v1/streams/secured/events").toString().replace("https", "wss")),
                new WebSocket.Listener() {
                  @Override
                  public @Nullable CompletionStage<?> onText(
                      WebSocket from, CharSequence data, boolean last) {
                    ack.complete(data.toString());
                    return null;
                  }
                })
            .orTimeout(60, TimeUnit.SECONDS)
            .join();
    socket.sendText(EVENT, true);
    assertThat(ack.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo(STORED);
    socket.abort();
  }

  @Test
  void eventsComeByRSocketOverTls() {
    RSocket device = rsocket(null);
    assertThat(
            Objects.requireNonNull(
                    device
                        .requestResponse(Transport.routed("streams.secured.events", EVENT))
                        .block(SOON))
                .getDataUtf8())
        .isEqualTo(STORED);
    device.dispose();
  }

  @Test
  void whoTrustsAnotherAuthorityIsNotConnected() {
    HttpClient client =
        HttpClient.newBuilder().sslContext(context(stranger, null)).connectTimeout(SOON).build();
    assertThatThrownBy(() -> send(client, "GET", "/v1/streams", ""))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void aDeviceWithACertificateOfAnotherAuthorityIsNotLetIn() throws Exception {
    X509Bundle forged = device(stranger, "a");
    assertThatThrownBy(() -> send(client(forged), "GET", "/v1/streams", ""))
        .isInstanceOf(IOException.class);
    assertThat(send(client(device(authority, "a")), "GET", "/v1/streams", "").statusCode())
        .isEqualTo(200);
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
  void filesThatChangeAreUsedForNewConnectionsAndBrokenOnesAreNot() throws Exception {
    try (SSLSocket old = connect()) {
      put(server(authority));
      BigInteger first = serial(old);
      await().atMost(SOON).until(() -> !serial().equals(first));
      assertThat(health()).contains("\"status\":\"UP\"");

      BigInteger second = serial();
      Files.writeString(file("server.key"), server(authority).getPrivateKeyPEM());
      await().atMost(SOON).until(() -> health().contains("CERTIFICATE_STALE"));
      assertThat(serial()).isEqualTo(second);
      Files.writeString(file("server.pem"), "no PEM");
      assertThat(serial()).isEqualTo(second);

      put(server(authority));
      await().atMost(SOON).until(() -> health().contains("\"status\":\"UP\""));
      assertThat(serial()).isNotEqualTo(second);

      old.getOutputStream()
          .write("GET /v1/streams HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
      assertThat(new String(old.getInputStream().readNBytes(12), UTF_8)).isEqualTo("HTTP/1.1 200");
    }
  }

  // ---- certificates ----

  private static X509Bundle authority(String name) throws Exception {
    return new CertificateBuilder().subject(name).setIsCertificateAuthority(true).buildSelfSigned();
  }

  private static X509Bundle server(X509Bundle by) throws Exception {
    return new CertificateBuilder()
        .subject("CN=localhost")
        .addSanDnsName("localhost")
        .addSanIpAddress("127.0.0.1")
        .addExtendedKeyUsageServerAuth()
        .buildIssuedBy(by);
  }

  static X509Bundle device(X509Bundle by, String name) throws Exception {
    return new CertificateBuilder()
        .subject("CN=" + name)
        .addExtendedKeyUsageClientAuth()
        .buildIssuedBy(by);
  }

  private static Path file(String name) {
    return directory.resolve(name);
  }

  /** One file after the other: in between they do not belong together. */
  private static void put(X509Bundle server) throws IOException {
    Files.writeString(file("server.pem"), server.getCertificatePathPEM());
    Files.writeString(file("server.key"), server.getPrivateKeyPEM());
  }

  // ---- clients ----

  private static SSLContext context(X509Bundle trusted, @Nullable X509Bundle own) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          own == null ? new KeyManager[0] : new KeyManager[] {new Unasked(own)},
          new TrustManager[] {trusted.toTrustManager()},
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Shows its certificate whoever's is asked for. */
  private static final class Unasked extends X509ExtendedKeyManager {
    private final X509Bundle own;

    Unasked(X509Bundle own) {
      this.own = own;
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return new String[] {"own"};
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return "own";
    }

    @Override
    public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
      return "own";
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal[] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return own.getCertificatePath();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return own.getKeyPair().getPrivate();
    }
  }

  private static HttpClient client(@Nullable X509Bundle own) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(context(authority, own))
        .connectTimeout(SOON)
        .build();
  }

  private static RSocket rsocket(@Nullable X509Bundle own) {
    SslContextBuilder tls =
        SslContextBuilder.forClient().trustManager(authority.getRootCertificate());
    if (own != null) {
      tls.keyManager(own.getKeyPair().getPrivate(), own.getCertificatePath());
    }
    TcpClient tcp =
        TcpClient.create()
            .host("127.0.0.1")
            .port(gateway.rsocketPort())
            .secure(
                spec -> {
                  try {
                    spec.sslContext(tls.build());
                  } catch (SSLException e) {
                    throw new IllegalStateException(e);
                  }
                });
    return Objects.requireNonNull(
        RSocketConnector.create()
            .metadataMimeType(WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString())
            .dataMimeType("application/json")
            .connect(TcpClientTransport.create(tcp))
            .block(SOON));
  }

  private static URI https(String path) {
    return URI.create("https://127.0.0.1:" + gateway.http().getPort() + path);
  }

  private static HttpResponse<String> send(
      HttpClient client, String method, String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(https(path))
            .timeout(SOON)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static String health() throws IOException, InterruptedException {
    return send(client(null), "GET", "/actuator/health", "").body();
  }

  private static SSLSocket connect() throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context(authority, null)
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
