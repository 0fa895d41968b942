package dev.sluice.gateway.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.Http.Connection;
import dev.sluice.gateway.RunningGateway;
import io.micrometer.core.instrument.MeterRegistry;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.exceptions.RejectedException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What tokens and tickets do at the doors. */
class TokenDoorsTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String STREAM =
      "{\"fields\":[{\"name\":\"device\",\"type\":\"STRING\"},{\"name\":\"n\",\"type\":\"LONG\"}],"
          + "\"key\":\"device\",\"partitions\":1}";
  private static final String ASK = "/v1/query?sql=SELECT%20device%20FROM%20tok_a";
  private static final RunningGateway GATEWAY =
      RunningGateway.start(
          "sluice.security.mode=token",
          "sluice.security.keys=" + Tokens.OURS.file(),
          "sluice.security.issuer=",
          "sluice.http.allowed-origins=https://allowed.example",
          "sluice.security.clock-skew=0s");
  private static final String OWNER = Tokens.OURS.of("admin ingest:* query:*");

  @BeforeAll
  static void declare() {
    assertThat(send("PUT", "/v1/streams/tok_a", STREAM, OWNER).statusCode()).isIn(200, 201);
  }

  @AfterAll
  static void close() {
    GATEWAY.close();
  }

  private static HttpResponse<String> send(
      String method, String path, String body, @Nullable String token) {
    return token == null
        ? Http.send(method, GATEWAY.http(path), body, "Content-Type", "application/json")
        : Http.send(
            method,
            GATEWAY.http(path),
            body,
            "Content-Type",
            "application/json",
            "Authorization",
            "Bearer " + token);
  }

  @Test
  void aBoundTokenSendsItsOwnDevicesEventsAlone() {
    String bound = Tokens.OURS.of("ingest:tok_a", "d1", Instant.now().plusSeconds(60));
    String frame =
        "[{\"device\":\"d1\",\"n\":1},{\"device\":\"d2\",\"n\":2},{\"device\":\"d11\",\"n\":3}]";

    HttpResponse<String> answer = send("POST", "/v1/streams/tok_a/events", frame, bound);

    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode ack = JsonMapper.shared().readTree(answer.body());
    assertThat(ack.path("accepted").intValue()).isEqualTo(1);
    assertThat(ack.path("rejected").size()).isEqualTo(2);
    assertThat(ack.path("rejected").path(0).path("code").stringValue()).isEqualTo("KEY_NOT_YOURS");
    assertThat(ack.path("rejected").path(0).path("index").intValue()).isEqualTo(1);
    assertThat(ack.path("rejected").path(0).path("field").stringValue()).isEqualTo("device");
    assertThat(send("GET", "/v1/streams/tok_a", "", OWNER).body()).contains("\"rejected\":2");
  }

  @Test
  void aDeadLetterSentAgainIsHeldAgainstWhoSentIt() {
    send("PUT", "/v1/streams/tok_forged", STREAM, OWNER);
    String bound = Tokens.OURS.of("ingest:tok_forged", "d1", Instant.now().plusSeconds(60));
    String frame = "[{\"device\":\"d1\",\"n\":1,\"new\":0},{\"device\":\"d2\",\"n\":2,\"new\":0}]";
    String ack = send("POST", "/v1/streams/tok_forged/events", frame, bound).body();
    assertThat(ack).contains("\"accepted\":0", "FIELD_UNKNOWN");
    String lenient = STREAM.replace("\"key\"", "\"unknown\":\"ignore\",\"key\"");
    assertThat(send("PUT", "/v1/streams/tok_forged", lenient, OWNER).statusCode()).isEqualTo(200);

    String replay = send("POST", "/v1/streams/tok_forged/dead-letters/replay", "", OWNER).body();

    assertThat(replay).contains("\"replayed\":1", "\"codes\":{\"KEY_NOT_YOURS\":1}");
  }

  @Test
  void aTopicOfAnotherStreamIsForItsReaders() {
    String define =
        "{\"topic\":\"%s\",\"values\":\"JSON\",\"fields\":[{\"name\":\"n\",\"type\":\"LONG\"}]}";
    String admin = Tokens.OURS.of("admin query:tok_x");
    for (String topic : List.of("stream.tok_a", "dead.tok_a")) {
      HttpResponse<String> refused =
          send("PUT", "/v1/streams/tok_x", define.formatted(topic), admin);
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("\"field\":\"query:tok_a\"");
    }
    assertThat(
            send("PUT", "/v1/streams/tok_x", define.formatted("sluice.audit"), OWNER).statusCode())
        .isEqualTo(403);
  }

  @Test
  void aLetterThatWasARecordOfAnotherStreamIsShownToItsReadersAlone() {
    send("PUT", "/v1/streams/tok_view", STREAM, OWNER);
    Map<String, byte[]> headers =
        Map.of(
            "code", "EVENT_LATE".getBytes(UTF_8),
            "door", "view".getBytes(UTF_8),
            "source", "stream.tok_a".getBytes(UTF_8),
            "partition", "0".getBytes(UTF_8),
            "offset", "7".getBytes(UTF_8),
            "timestamp", "0".getBytes(UTF_8));
    GATEWAY
        .bean(EventLog.class)
        .append(
            List.of(
                new LogRecord(
                    "dead.tok_view",
                    null,
                    Instant.now().toEpochMilli(),
                    null,
                    "all of it".getBytes(UTF_8),
                    headers)))
        .block(SOON);
    String letters = "/v1/streams/tok_view/dead-letters";

    assertThat(send("GET", letters, "", Tokens.OURS.of("query:tok_view")).body())
        .contains("\"EVENT_LATE\"", "\"bytes\":9")
        .doesNotContain("all of it");
    assertThat(send("GET", letters, "", Tokens.OURS.of("query:tok_view query:tok_a")).body())
        .contains("\"text\":\"all of it\"");
  }

  @Test
  void aCallerIsToldWhoTheyAreAndUntilWhen() {
    Instant expires = Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.SECONDS);
    String bound = Tokens.OURS.of("query:tok_a email admin", "d1", expires);

    assertThat(send("GET", "/v1/caller", "", bound).body())
        .isEqualTo(
            "{\"authenticated\":true,\"subject\":\"test\",\"rights\":[\"admin\",\"query:tok_a\"],"
                + "\"device\":\"d1\",\"expires\":\""
                + expires
                + "\",\"quota\":{}}");
  }

  @Test
  void whereNobodyIsAskedEverybodyIsAnonymous() {
    assertThat(Http.get(RunningGateway.shared().http("/v1/caller")).body())
        .startsWith("{\"authenticated\":false,\"subject\":\"anonymous\",\"rights\":[\"admin\",")
        .endsWith("\"device\":null,\"expires\":null,\"quota\":{}}");
  }

  @Test
  void anAllowedPageIsToldHowItMayAskBeforeItSaysWhoItIs() {
    try (Connection connection =
        Http.open(
            GATEWAY.http(),
            "OPTIONS /v1/streams/tok_a HTTP/1.1",
            "Host: localhost",
            "Origin: https://allowed.example",
            "Access-Control-Request-Method: DELETE",
            "Access-Control-Request-Headers: authorization",
            "Connection: close")) {
      assertThat(connection.readToEnd())
          .startsWith("HTTP/1.1 200 ")
          .containsIgnoringCase("access-control-allow-headers: authorization");
    }
  }

  @Test
  void aTicketIsGoodForOneRequest() {
    String reader = Tokens.OURS.of("query:tok_a");
    String ticket = ticket(reader);

    try (Connection connection = ask(ASK + "&ticket=" + ticket)) {
      assertThat(connection.readUntil("retry: 1000")).startsWith("HTTP/1.1 200 ");
    }
    HttpResponse<String> again =
        Http.get(GATEWAY.http(ASK + "&ticket=" + ticket), "Accept", "text/event-stream");
    assertThat(again.statusCode()).isEqualTo(401);
    assertThat(again.body()).contains("\"code\":\"TOKEN_INVALID\"").doesNotContain(ticket);
  }

  @Test
  void aTicketIsTakenOutOfWhateverElseIsAsked() {
    String sql = "SELECT+n+FROM+tok_a+WHERE+n=1+AND+device='%5B";
    for (String path :
        List.of(
            "/v1/query?sql=" + sql + "'&from=earliest&to=now&ticket=",
            "/v1/query?from=earliest&to=now&sql=" + sql + "'&tick%65t=")) {
      HttpResponse<String> answer =
          Http.get(GATEWAY.http(path + ticket(Tokens.OURS.of("query:tok_a"))));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  @Test
  void aTicketHasTheRightsOfWhoAskedForItAndOpensGetsAlone() {
    String sender = Tokens.OURS.of("ingest:tok_a");

    assertThat(Http.get(GATEWAY.http(ASK + "&ticket=" + ticket(sender))).statusCode())
        .isEqualTo(403);
    assertThat(
            send("POST", "/v1/streams/tok_a/events?ticket=" + ticket(sender), "[]", null)
                .statusCode())
        .isEqualTo(401);
    try (Connection connection =
        Http.open(
            GATEWAY.http(),
            "GET /v1/streams/tok_a/events?type=application/json&ticket="
                + ticket(sender)
                + " HTTP/1.1",
            "Host: localhost",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13")) {
      assertThat(connection.readUntil("\r\n")).startsWith("HTTP/1.1 101 ");
    }
  }

  private static String ticket(String token) {
    HttpResponse<String> given = send("POST", "/v1/tickets", "", token);
    assertThat(given.statusCode()).isEqualTo(201);
    return JsonMapper.shared().readTree(given.body()).path("ticket").stringValue();
  }

  private static Connection ask(String path, String... headers) {
    String[] lines = new String[3 + headers.length];
    lines[0] = "GET " + path + " HTTP/1.1";
    lines[1] = "Host: localhost";
    lines[2] = "Accept: text/event-stream";
    System.arraycopy(headers, 0, lines, 3, headers.length);
    return Http.open(GATEWAY.http(), lines);
  }

  @Test
  void whatLastsEndsWithItsToken() {
    String brief =
        Tokens.OURS.of("query:tok_a ingest:tok_a admin", null, Instant.now().plusSeconds(3));
    RSocket socket = RSocketCaller.connect(GATEWAY, brief);
    try (Connection answer = ask(ASK, "Authorization: Bearer " + brief);
        Connection set =
            Http.open(
                GATEWAY.http(),
                "GET /v1/flow HTTP/1.1",
                "Host: localhost",
                "Authorization: Bearer " + brief);
        Connection device =
            Http.open(
                GATEWAY.http(),
                "GET /v1/streams/tok_a/events HTTP/1.1",
                "Host: localhost",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13",
                "Authorization: Bearer " + brief)) {
      String told =
          socket
              .requestStream(
                  RSocketCaller.request("query", "{\"sql\":\"SELECT device FROM tok_a\"}", null))
              .map(TokenDoorsTest::text)
              .blockLast(SOON);
      assertThat(told).contains("\"error\"").contains("TOKEN_EXPIRED");
      assertThat(answer.readUntil("TOKEN_EXPIRED"))
          .startsWith("HTTP/1.1 200 ")
          .contains("event: error");
      assertThat(set.readUntil("TOKEN_EXPIRED")).contains("event: flow").contains("event: error");
      assertThat(device.readUntil("TOKEN_EXPIRED")).startsWith("HTTP/1.1 101 ");
      await().atMost(SOON).until(socket::isDisposed);
    }
    HttpResponse<String> late = send("GET", "/v1/streams", "", brief);
    assertThat(late.statusCode()).isEqualTo(401);
    assertThat(late.body()).contains("\"code\":\"TOKEN_EXPIRED\"");
    assertThat(late.headers().firstValue("www-authenticate").orElse("")).contains("invalid_token");
  }

  private static String text(Payload payload) {
    String text = payload.getDataUtf8();
    payload.release();
    return text;
  }

  @Test
  void noTokenIsTakenThatIsNotSignedAsItMust() throws Exception {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .claim("scope", "admin")
            .expirationTime(Date.from(Instant.now().plusSeconds(60)))
            .build();
    SignedJWT confused =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("ours").build(), claims);
    confused.sign(new MACSigner(Tokens.OURS.key().toPublicJWK().toString().getBytes("UTF-8")));

    for (String token :
        new String[] {
          "",
          "none",
          "a.b.c",
          new PlainJWT(claims).serialize(),
          confused.serialize(),
          OWNER.substring(0, OWNER.length() - 4) + "AAAA",
          Tokens.OURS.sign(new JWTClaimsSet.Builder().claim("scope", "admin").build()),
          Tokens.OURS.sign(
              new JWTClaimsSet.Builder(claims)
                  .notBeforeTime(Date.from(Instant.now().plusSeconds(30)))
                  .build()),
          Tokens.OURS.sign(new JWTClaimsSet.Builder(claims).claim("device", 7).build())
        }) {
      HttpResponse<String> refused = send("GET", "/v1/streams", "", token);
      assertThat(refused.statusCode()).as(token).isEqualTo(401);
      assertThat(refused.body()).as(token).contains("\"code\":\"TOKEN_INVALID\"");
      if (token.length() > 10) {
        assertThat(refused.body()).doesNotContain(token);
      }
    }
  }

  @Test
  void whatIsRefusedOverRSocketIsToldAndWhatIsForgottenIsCounted() {
    RSocket socket = RSocketCaller.connect(GATEWAY, Tokens.OURS.of("ingest:tok_b"));
    long dropped = dropped();
    Instant begin = Instant.now();

    refused(socket.requestResponse(event("streams.tok_a.events", null)));
    refused(
        socket.requestStream(
            RSocketCaller.request("query", "{\"sql\":\"SELECT n FROM tok_a\"}", null)));
    refused(socket.requestResponse(event("streams.tok_a.events", "none")));
    socket.fireAndForget(event("streams.tok_a.events", null)).block(SOON);
    await().atMost(SOON).until(() -> dropped() == dropped + 1);
    socket.fireAndForget(event("streams.tok_a.events", "none")).block(SOON);
    await().atMost(SOON).until(() -> dropped() == dropped + 2);
    socket.dispose();

    String told =
        await()
            .atMost(SOON)
            .until(
                () ->
                    Http.get(
                            GATEWAY.query(
                                "SELECT subject, action, name, outcome FROM \"sluice.audit\""
                                    + " WHERE face = 'rsocket'",
                                "from=" + begin,
                                "to=now"),
                            "Accept",
                            "application/x-ndjson",
                            "Authorization",
                            "Bearer " + Tokens.OURS.of("query:sluice.audit"))
                        .body(),
                body -> body.lines().filter(line -> line.startsWith("{\"row\"")).count() >= 5);
    assertThat(told.lines().filter(line -> line.startsWith("{\"row\"")))
        .containsExactly(
            row("test", "streams.tok_a.events", 403),
            row("test", "query", 403),
            row("unknown", "streams.tok_a.events", 401),
            row("test", "streams.tok_a.events", 403),
            row("unknown", "streams.tok_a.events", 401));
  }

  private static void refused(Publisher<Payload> answer) {
    assertThatThrownBy(() -> Flux.from(answer).blockLast(SOON))
        .isInstanceOf(RejectedException.class);
  }

  private static String row(String subject, String name, int status) {
    return "{\"row\": {\"subject\":\"%s\",\"action\":\"request\",\"name\":\"%s\",\"outcome\":\"%d\"}}"
        .formatted(subject, name, status);
  }

  private static Payload event(String route, @Nullable String token) {
    return RSocketCaller.request(route, "{\"device\":\"a\",\"n\":1}", token);
  }

  private static long dropped() {
    return (long)
        GATEWAY
            .bean(MeterRegistry.class)
            .get("sluice.hop.dropped")
            .tag("hop", "ingest")
            .functionCounter()
            .count();
  }

  @Test
  void listsHaveWhatTheCallerMayKnow() {
    assertThat(send("GET", "/v1/streams", "", Tokens.OURS.of("query:tok_a")).body())
        .contains("\"name\":\"tok_a\"");
    assertThat(send("GET", "/v1/streams", "", Tokens.OURS.of("query:tok_b")).body())
        .isEqualTo("{\"streams\":[]}");
    try (Connection running =
        ask(ASK + "%20WHERE%20n%20%3E%207", "Authorization: Bearer " + OWNER)) {
      running.readUntil("event: watermark");
      assertThat(send("GET", "/v1/queries", "", Tokens.OURS.of("query:tok_b")).body())
          .contains("\"running\":0");
      assertThat(send("GET", "/v1/queries", "", Tokens.OURS.of("query:tok_a")).body())
          .contains("n > 7");
      assertThat(send("GET", "/v1/queries", "", Tokens.OURS.of("admin")).body()).contains("n > 7");
    }
  }

  @Test
  void anErrorTellsNothingOfWhatMustNotBeRead() {
    String other = Tokens.OURS.of("query:tok_b");

    HttpResponse<String> column =
        Http.get(GATEWAY.query("SELECT devic FROM tok_a"), "Authorization", "Bearer " + other);
    HttpResponse<String> absent =
        Http.get(GATEWAY.query("SELECT n FROM tok_absent"), "Authorization", "Bearer " + other);

    assertThat(column.statusCode()).isEqualTo(403);
    assertThat(column.body()).contains("\"field\":\"query:tok_a\"").doesNotContain("did you mean");
    assertThat(absent.statusCode()).isEqualTo(403);
  }
}
