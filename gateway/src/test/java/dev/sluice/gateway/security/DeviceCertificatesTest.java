package dev.sluice.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.gateway.RunningGateway;
import dev.sluice.gateway.tls.TlsClients;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** Devices that are known by their certificate, where tokens are asked for. */
class DeviceCertificatesTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String STREAM =
      "{\"fields\":[{\"name\":\"device\",\"type\":\"STRING\"}],\"key\":\"device\",\"partitions\":1}";
  private static final String ITS_OWN = "[{\"device\":\"d1\"}]";
  private static final String OWNER = "Bearer " + Tokens.OURS.of("admin ingest:* query:*");

  @TempDir static Path directory;
  private static X509Bundle authority;
  private static RunningGateway gateway;
  private static TlsClients clients;
  private static X509Bundle d1;

  /** How a frame gets into a stream, and what is said to it. */
  private static final Map<String, Door> DOORS =
      Map.of(
          "HTTP",
          (own, stream, frame) -> clients.send(own, "POST", events(stream), frame).body(),
          "RSocket",
          (own, stream, frame) -> byRSocket(clients.rsocket(own), stream, frame),
          "RSocket over a WebSocket",
          (own, stream, frame) -> byRSocket(clients.rsocketByWebSocket(own), stream, frame));

  @FunctionalInterface
  private interface Door {
    String told(@Nullable X509Bundle own, String stream, String frame);
  }

  @BeforeAll
  static void start() throws Exception {
    authority = TlsClients.authority("CN=ours");
    d1 = TlsClients.device(authority, "d1");
    X509Bundle server = TlsClients.server(authority);
    Files.writeString(directory.resolve("server.pem"), server.getCertificatePathPEM());
    Files.writeString(directory.resolve("server.key"), server.getPrivateKeyPEM());
    Files.writeString(directory.resolve("trust.pem"), authority.getRootCertificatePEM());
    gateway =
        RunningGateway.start(
            "sluice.tls.certificate=" + directory.resolve("server.pem"),
            "sluice.tls.key=" + directory.resolve("server.key"),
            "sluice.tls.trust=" + directory.resolve("trust.pem"),
            "sluice.tls.client-auth=want",
            "sluice.tls.reload-every=100ms",
            "sluice.security.mode=token",
            "sluice.security.keys=" + Tokens.OURS.file(),
            "sluice.security.certificate-rights=ingest:cert_*");
    clients = new TlsClients(gateway, authority);
    for (String stream : List.of("cert_a", "other_a")) {
      assertThat(
              clients
                  .send(null, "PUT", "/v1/streams/" + stream, STREAM, "Authorization", OWNER)
                  .statusCode())
          .isIn(200, 201);
    }
  }

  @AfterAll
  static void close() {
    gateway.close();
  }

  private static String events(String stream) {
    return "/v1/streams/" + stream + "/events";
  }

  private static String byRSocket(RSocket socket, String stream, String frame) {
    return byRSocket(
        socket,
        RSocketCaller.request("streams." + stream + ".events", frame, null),
        (device, request) -> device.requestResponse(request).block(SOON));
  }

  private static String byRSocket(
      RSocket socket, Payload request, BiFunction<RSocket, Payload, @Nullable Payload> ask) {
    try {
      return Objects.requireNonNull(ask.apply(socket, request)).getDataUtf8();
    } catch (RuntimeException refused) {
      return String.valueOf(refused.getMessage());
    } finally {
      socket.dispose();
    }
  }

  @Test
  void aCertificateIsEnoughForTheDevicesOwnEvents() {
    DOORS.forEach(
        (name, door) ->
            assertThat(door.told(d1, "cert_a", ITS_OWN)).as(name).contains("\"accepted\":1"));
    assertThat(clients.ackByWebSocket(d1, events("cert_a"), ITS_OWN)).contains("\"accepted\":1");
    assertThat(
            byRSocket(
                clients.rsocket(d1),
                RSocketCaller.request("streams.cert_a.events", ITS_OWN, null),
                (device, request) -> device.requestChannel(Mono.just(request)).blockFirst(SOON)))
        .contains("\"accepted\":1");
  }

  @Test
  void anEventInAnothersNameIsNotItsOwn() {
    String both = "[{\"device\":\"d1\"},{\"device\":\"d2\"}]";
    DOORS.forEach(
        (name, door) ->
            assertThat(door.told(d1, "cert_a", both))
                .as(name)
                .contains("\"accepted\":1", "\"index\":1", "\"code\":\"KEY_NOT_YOURS\""));
    assertThat(clients.ackByWebSocket(d1, events("cert_a"), both))
        .contains("\"accepted\":1", "\"code\":\"KEY_NOT_YOURS\"");
  }

  @Test
  void withoutACertificateATokenIsAskedFor() {
    DOORS.forEach(
        (name, door) ->
            assertThat(door.told(null, "cert_a", ITS_OWN))
                .as(name)
                .contains("\"code\":\"UNAUTHENTICATED\""));
    assertThatThrownBy(() -> clients.ackByWebSocket(null, events("cert_a"), ITS_OWN))
        .hasStackTraceContaining("401");
  }

  @Test
  void aCertificateMayDoWhatTheSettingSaysAndNoMore() {
    DOORS.forEach(
        (name, door) ->
            assertThat(door.told(d1, "other_a", ITS_OWN))
                .as(name)
                .contains("\"code\":\"FORBIDDEN\"", "ingest:other_a"));
    assertThatThrownBy(() -> clients.ackByWebSocket(d1, events("other_a"), ITS_OWN))
        .hasStackTraceContaining("403");
    String question = "{\"sql\":\"SELECT device FROM cert_a\",\"from\":\"-1m\",\"to\":\"now\"}";
    assertThat(clients.send(d1, "POST", "/v1/query", question).statusCode()).isEqualTo(403);
    assertThat(
            byRSocket(
                clients.rsocket(d1),
                RSocketCaller.request("query", question, null),
                (device, request) -> device.requestStream(request).blockFirst(SOON)))
        .contains("\"code\":\"FORBIDDEN\"");
    for (String path : List.of("/v1/flow", "/v1/devices", "/v1/streams/cert_a/dead-letters")) {
      assertThat(clients.send(d1, "GET", path, "").statusCode()).as(path).isEqualTo(403);
    }
    assertThat(
            clients
                .send(d1, "POST", "/v1/streams/cert_a/watermark", "{\"watermark\":\"2026-01-01\"}")
                .statusCode())
        .isEqualTo(403);
    assertThat(clients.send(d1, "PUT", "/v1/streams/cert_b", STREAM).statusCode()).isEqualTo(403);
    assertThat(clients.send(null, "GET", "/v1/streams/cert_b", "", "Authorization", OWNER))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(404);
  }

  @Test
  void aTokenCountsWhereBothAreThere() {
    String ofAnother = Tokens.OURS.of("ingest:other_a", "d2", Instant.now().plusSeconds(60));
    assertThat(
            clients
                .send(
                    d1,
                    "POST",
                    events("other_a"),
                    "[{\"device\":\"d2\"},{\"device\":\"d1\"}]",
                    "Authorization",
                    "Bearer " + ofAnother)
                .body())
        .contains("\"accepted\":1", "\"index\":1", "\"code\":\"KEY_NOT_YOURS\"");
    assertThat(
            byRSocket(
                clients.rsocket(d1),
                RSocketCaller.request("streams.other_a.events", "[{\"device\":\"d2\"}]", ofAnother),
                (device, request) -> device.requestResponse(request).block(SOON)))
        .contains("\"accepted\":1");
    String bad = ofAnother.substring(0, ofAnother.length() - 4) + "AAAA";
    assertThat(
            clients
                .send(d1, "POST", events("cert_a"), ITS_OWN, "Authorization", "Bearer " + bad)
                .body())
        .contains("\"code\":\"TOKEN_INVALID\"");
  }

  @Test
  void whatLastsEndsWithTheCertificate() throws Exception {
    X509Bundle brief =
        new CertificateBuilder()
            .subject("CN=d1")
            .addExtendedKeyUsageClientAuth()
            .notAfter(Instant.now().plusSeconds(3))
            .buildIssuedBy(authority);
    CompletableFuture<String> told = new CompletableFuture<>();
    WebSocket device = clients.webSocket(brief, events("cert_a"), told::complete);
    RSocket socket = clients.rsocket(brief);

    assertThat(told.orTimeout(60, TimeUnit.SECONDS).join()).contains("TOKEN_EXPIRED");
    await().atMost(SOON).until(socket::isDisposed);
    device.abort();
  }

  @Test
  void anAuthorityThatIsAddedIsTrustedWithoutARestart() throws Exception {
    X509Bundle added = TlsClients.authority("CN=added");
    X509Bundle d9 = TlsClients.device(added, "d9");
    Files.writeString(
        directory.resolve("trust.pem"),
        authority.getRootCertificatePEM() + added.getRootCertificatePEM());

    await()
        .atMost(SOON)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(
                        clients.send(d9, "POST", events("cert_a"), "[{\"device\":\"d9\"}]").body())
                    .contains("\"accepted\":1"));
  }

  @Test
  void aDeviceIsNamedByItsCommonNameOrElseByItsOnlyAlternative() throws Exception {
    assertThat(name("CN=plant 7\\, north,O=some", List.of("d1"))).isEqualTo("plant 7, north");
    assertThat(name("O=some", List.of("d1.example"))).isEqualTo("d1.example");
    assertThat(name("O=some", List.of("spiffe://some/d1"))).isEqualTo("spiffe://some/d1");
    assertThat(name("O=some", List.of("d1", "d2"))).isNull();
    assertThat(name("CN=d1,CN=d2", List.of())).isNull();
    assertThat(name("CN=d1+CN=d2", List.of("d1"))).isNull();
    assertThat(name("O=some", List.of())).isNull();
  }

  private static @Nullable String name(String subject, List<String> alternatives) throws Exception {
    CertificateBuilder builder = new CertificateBuilder().subject(subject);
    for (String one : alternatives) {
      if (one.contains(":")) {
        builder.addSanUriName(one);
      } else {
        builder.addSanDnsName(one);
      }
    }
    return Certified.nameIn(builder.buildIssuedBy(authority).getCertificate());
  }

  @Test
  void aRightThatIsNoneStopsTheStart() {
    List<String> right = new ArrayList<>(List.of("admin", "query:*", "ingest:a"));
    assertThat(properties(right).certificateRights()).isEqualTo(right);
    right.add("ingest");
    assertThatThrownBy(() -> properties(right))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sluice.security.certificate-rights must be")
        .hasMessageContaining("was ingest");
  }

  private static SecurityProperties properties(List<String> rights) {
    return new SecurityProperties(
        SecurityProperties.Mode.TOKEN, null, null, null, Duration.ZERO, rights);
  }
}
