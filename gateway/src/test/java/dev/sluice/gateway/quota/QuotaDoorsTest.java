package dev.sluice.gateway.quota;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sluice.engine.flow.Flow;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.Http.Connection;
import dev.sluice.gateway.RunningGateway;
import dev.sluice.gateway.ingest.WebSocketDevice;
import dev.sluice.gateway.security.RSocketCaller;
import dev.sluice.gateway.security.Tokens;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.util.ByteBufPayload;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What becomes of who is beyond a quota, at each door, and that it passes. */
class QuotaDoorsTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String EVENTS = "/v1/streams/quotas/events";
  private static final String ROUTE = "streams.quotas.events";
  private static final String ASK = "/v1/query?sql=SELECT%20n%20FROM%20quotas";
  private static final String QUESTION = "{\"sql\":\"SELECT n FROM quotas\"}";
  private static final RunningGateway GATEWAY =
      RunningGateway.start(
          "sluice.security.mode=token",
          "sluice.security.keys=" + Tokens.OURS.file(),
          "sluice.quota.queries=1");

  @BeforeAll
  static void declare() {
    String stream =
        "{\"fields\":[{\"name\":\"device\",\"type\":\"STRING\"},{\"name\":\"n\",\"type\":\"LONG\"}],"
            + "\"key\":\"device\",\"partitions\":1}";
    assertThat(send("PUT", "/v1/streams/quotas", stream, token("owner", Map.of())).statusCode())
        .isIn(200, 201);
  }

  @AfterAll
  static void close() {
    GATEWAY.close();
  }

  private static String token(String subject, Map<String, ?> quota) {
    return Tokens.OURS.sign(
        new JWTClaimsSet.Builder()
            .subject(subject)
            .claim("scope", "admin ingest:* query:*")
            .claim("quota", quota)
            .expirationTime(Date.from(Instant.now().plusSeconds(3600)))
            .build());
  }

  private static HttpResponse<String> send(String method, String path, String body, String token) {
    return Http.send(
        method,
        GATEWAY.http(path),
        body,
        "Content-Type",
        "application/json",
        "Authorization",
        "Bearer " + token);
  }

  private static String frame(int events) {
    return IntStream.range(0, events)
        .mapToObj(n -> "{\"device\":\"d\",\"n\":" + n + "}")
        .collect(joining(",", "[", "]"));
  }

  private static void assertRefused(HttpResponse<String> answer, String kind) {
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
    JsonNode problem = JsonMapper.shared().readTree(answer.body());
    assertThat(problem.path("code").stringValue()).isEqualTo("QUOTA_EXCEEDED");
    assertThat(problem.path("field").stringValue()).isEqualTo(kind);
    assertThat(problem.path("detail").stringValue()).contains("your quota of " + kind + " is ");
  }

  private static long accepted() {
    return counted("ingest", "accepted");
  }

  private static long counted(String hop, String unit) {
    return GATEWAY.bean(Flow.class).hops().stream()
        .filter(one -> one.label().name().equals(hop))
        .mapToLong(one -> Objects.requireNonNull(one.counts().get(unit)).sum())
        .sum();
  }

  // ---- rates ----

  @Test
  void aDeviceOverRSocketIsAskedForFramesAsItsRateHasItAndLosesNothing() {
    String token = token("over RSocket", Map.of("events-per-second", 2_000));
    long refused = counted("quotas", "refused-events-per-second");
    long begun = System.nanoTime();
    RSocket socket = RSocketCaller.connect(GATEWAY, token);
    String frame = frame(500);

    List<String> acks =
        socket
            .requestChannel(
                Flux.range(0, 8)
                    .map(
                        n ->
                            n == 0
                                ? RSocketCaller.request(ROUTE, frame, null)
                                : ByteBufPayload.create(frame)))
            .map(QuotaDoorsTest::text)
            .collectList()
            .block(SOON);

    // Half of the 4,000 are a second's due; what goes beyond with the last one is owed.
    assertThat(System.nanoTime() - begun).isGreaterThan(Duration.ofMillis(700).toNanos());
    assertThat(acks).hasSize(8).allMatch(ack -> ack.contains("\"accepted\":500"));
    assertThat(counted("quotas", "refused-events-per-second")).isEqualTo(refused);
    socket.dispose();
  }

  @Test
  void aDeviceOverWebSocketIsGivenCreditAsItsRateHasIt() {
    String token = token("over WebSocket", Map.of("events-per-second", 1_000));
    long begun = System.nanoTime();
    try (WebSocketDevice device =
        WebSocketDevice.connect(
            GATEWAY.http(EVENTS),
            "Sec-WebSocket-Protocol",
            "sluice.v1",
            "Authorization",
            "Bearer " + token)) {
      assertThat(device.message(1)).isEqualTo("{\"credit\":1}");
      device.send(frame(1_500));
      assertThat(device.message(2)).isEqualTo("{\"frame\":0,\"accepted\":1500,\"rejected\":[]}");
      assertThat(device.message(3)).isEqualTo("{\"credit\":1}");
      assertThat(System.nanoTime() - begun).isGreaterThan(Duration.ofMillis(450).toNanos());
      device.send(frame(1));
      await().atMost(SOON).until(() -> device.acks().size() == 2);
      assertThat(device.acks().get(1)).startsWith("{\"frame\":1,\"accepted\":1,");
    }
  }

  @Test
  void whatComesUnaskedBeyondTheRateIsRefusedWholeAndForgottenIfNothingIsAnswered() {
    String token = token("in debt", Map.of("events-per-second", 10));
    HttpResponse<String> first = send("POST", EVENTS, frame(2_000), token);
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("Sluice-Credit")).hasValue("0");
    long before = accepted();
    long dropped = counted("ingest", "dropped");
    long refused = counted("quotas", "refused-events-per-second");

    HttpResponse<String> answer = send("POST", EVENTS, frame(1), token);
    assertRefused(answer, "events-per-second");
    assertThat(answer.headers().firstValue("Sluice-Credit")).hasValue("0");
    assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(100L, 200L);
    RSocket socket = RSocketCaller.connect(GATEWAY, token);
    String said =
        socket
            .requestResponse(RSocketCaller.request(ROUTE, frame(1), null))
            .map(QuotaDoorsTest::text)
            .block(SOON);
    assertThat(said).contains("\"retry\":true").contains("QUOTA_EXCEEDED");
    socket.fireAndForget(RSocketCaller.request(ROUTE, frame(1), null)).block(SOON);
    await().atMost(SOON).until(() -> counted("ingest", "dropped") == dropped + 1);
    socket.dispose();

    assertThat(accepted()).isEqualTo(before);
    assertThat(counted("quotas", "refused-events-per-second")).isEqualTo(refused + 3);
  }

  @Test
  void whoWasRefusedIsTakenAgainWhenMoreIsDue() {
    String token = token("patient", Map.of("bytes-per-second", 10_000));
    String frame = frame(600);
    assertThat(send("POST", EVENTS, frame, token).statusCode()).isEqualTo(200);
    long before = accepted();
    await()
        .atMost(SOON)
        .until(
            () -> {
              HttpResponse<String> answer = send("POST", EVENTS, frame, token);
              if (answer.statusCode() == 429) {
                assertRefused(answer, "bytes-per-second");
              }
              return answer.statusCode() == 200;
            });
    assertThat(accepted()).isEqualTo(before + 600);
  }

  // ---- connections ----

  @Test
  void aConnectionTooManyIsRefusedAtEachDoorAndTakenWhenAnotherHasGone() {
    Map<String, Integer> quota = Map.of("connections", 1, "queries", 9);
    String token = token("connected", quota);
    RSocket first = RSocketCaller.connect(GATEWAY, token);
    assertThatThrownBy(
            () ->
                RSocketCaller.connect(GATEWAY, token)
                    .requestResponse(RSocketCaller.request(ROUTE, frame(1), null))
                    .block(SOON))
        .hasStackTraceContaining("QUOTA_EXCEEDED");
    RSocket nobodys = RSocketCaller.connect(GATEWAY, null);
    assertThatThrownBy(
            () ->
                nobodys
                    .requestStream(RSocketCaller.request("query", QUESTION, token))
                    .blockFirst(SOON))
        .hasMessageContaining("QUOTA_EXCEEDED")
        .hasMessageContaining("connections");
    nobodys.dispose();
    assertRefused(send("GET", ASK, "", token), "connections");
    assertThat(upgraded(token)).startsWith("HTTP/1.1 429 ");
    assertThat(send("POST", EVENTS, frame(1), token).statusCode()).isEqualTo(200);

    first.dispose();
    await().atMost(SOON).until(() -> upgraded(token).startsWith("HTTP/1.1 101 "));
    await().atMost(SOON).until(() -> answered(token).startsWith("HTTP/1.1 200 "));
  }

  /** The first line of what an upgrade is answered. */
  private static String upgraded(String token) {
    try (Connection connection =
        Http.open(
            GATEWAY.http(),
            "GET " + EVENTS + " HTTP/1.1",
            "Host: localhost",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            "Authorization: Bearer " + token)) {
      return connection.readUntil("\r\n");
    }
  }

  private static String answered(String token) {
    try (Connection connection = ask(token)) {
      return connection.readUntil("\r\n");
    }
  }

  private static Connection ask(String token) {
    return Http.open(
        GATEWAY.http(),
        "GET " + ASK + " HTTP/1.1",
        "Host: localhost",
        "Accept: text/event-stream",
        "Authorization: Bearer " + token);
  }

  // ---- queries ----

  @Test
  void aQueryTooManyIsRefusedOnEachFaceAndTakenWhenAnotherHasEnded() {
    String token = token("asking", Map.of());
    String ticket =
        JsonMapper.shared()
            .readTree(send("POST", "/v1/tickets", "", token).body())
            .path("ticket")
            .stringValue();
    RSocket socket = RSocketCaller.connect(GATEWAY, token);
    try (Connection first =
        Http.open(
            GATEWAY.http(),
            "GET " + ASK + "&ticket=" + ticket + " HTTP/1.1",
            "Host: localhost",
            "Accept: text/event-stream")) {
      first.readUntil("retry: 1000");

      assertRefused(send("GET", ASK, "", token), "queries");
      assertThatThrownBy(
              () ->
                  socket
                      .requestStream(RSocketCaller.request("query", QUESTION, null))
                      .blockFirst(SOON))
          .hasMessageContaining("QUOTA_EXCEEDED")
          .hasMessageContaining("queries");
      String several = "{\"queries\":[{\"id\":\"a\",\"sql\":\"SELECT n FROM quotas\"}]}";
      HttpResponse<String> set = send("POST", "/v1/query", several, token);
      assertThat(set.statusCode()).isEqualTo(200);
      assertThat(set.body()).contains("{\"query\":\"a\",\"error\":").contains("QUOTA_EXCEEDED");
    }
    await().atMost(SOON).until(() -> answered(token).startsWith("HTTP/1.1 200 "));
    socket.dispose();
  }

  @Test
  void queriesThatHoldTooMuchAreEndedAndMayBeAskedAgain() {
    String token = token("holding", Map.of("state", 65_536, "queries", 9));
    String ask =
        "/v1/query?sql=SELECT%20n,%20COUNT(*)%20AS%20c%20FROM%20quotas%20GROUP%20BY%20n&from=earliest&emit=changes";
    assertThat(send("POST", EVENTS, frame(5_000), token("owner", Map.of())).statusCode())
        .isEqualTo(200);
    try (Connection answer =
        Http.open(
            GATEWAY.http(),
            "GET " + ask + " HTTP/1.1",
            "Host: localhost",
            "Accept: text/event-stream",
            "Authorization: Bearer " + token)) {
      assertThat(answer.readUntil("\"field\":\"state\""))
          .contains("event: error")
          .contains("QUOTA_EXCEEDED")
          .contains("this one the most");
    }
    await().atMost(SOON).until(() -> answered(token).startsWith("HTTP/1.1 200 "));
  }

  @Test
  void aCallerIsToldTheQuotaOfTheTokenAndWhatElseTheSettingsSay() {
    String token = token("asks", Map.of("events-per-second", 200, "connections", 2));

    assertThat(send("GET", "/v1/caller", "", token).body())
        .endsWith("\"quota\":{\"events-per-second\":200,\"connections\":2,\"queries\":1}}");
  }

  @Test
  void aTokenWhoseQuotaCannotBeReadIsNotTaken() {
    for (Map<String, ?> quota :
        List.of(Map.of("connections", 0), Map.of("queries", "many"), Map.of("frames", 1))) {
      HttpResponse<String> answer = send("GET", "/v1/streams", "", token("typo", quota));
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).contains("TOKEN_INVALID").contains("its ");
    }
  }

  private static String text(Payload payload) {
    String text = payload.getDataUtf8();
    payload.release();
    return text;
  }
}
