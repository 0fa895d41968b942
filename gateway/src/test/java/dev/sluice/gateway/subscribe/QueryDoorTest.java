package dev.sluice.gateway.subscribe;

import static dev.sluice.gateway.subscribe.ScriptedQueries.end;
import static dev.sluice.gateway.subscribe.ScriptedQueries.event;
import static dev.sluice.gateway.subscribe.ScriptedQueries.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.query.LiveQueries;
import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryRequest;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.Http.Connection;
import dev.sluice.gateway.RunningGateway;
import dev.sluice.gateway.problem.Problems;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class QueryDoorTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final ExecutorService SIXTEEN = Executors.newFixedThreadPool(16);
  private static RunningGateway gateway;
  private static ScriptedQueries queries;

  @Configuration(proxyBeanMethods = false)
  static class Scripted {
    @Bean
    @Primary
    LiveQueries scriptedQueries() {
      return new ScriptedQueries();
    }
  }

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start(Scripted.class, "sluice.query.max-json-result=1KB");
    queries = (ScriptedQueries) gateway.bean(LiveQueries.class);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    SIXTEEN.shutdown();
  }

  @Test
  void rowsLeaveAsTheyWereEncodedOnce() {
    queries.put("three", false, Flux.just(row(1), row(2), end()));

    HttpResponse<String> sse = Http.get(query("three"), "Accept", "text/event-stream");
    HttpResponse<String> ndjson = Http.get(query("three"));

    assertThat(sse.statusCode()).isEqualTo(200);
    assertThat(sse.body())
        .isEqualTo(
            "retry: 1000\n\nevent: row\ndata: {\"n\":1}\n\nevent: row\ndata: {\"n\":2}\n\n"
                + "event: end\ndata: "
                + ScriptedQueries.END
                + "\n\n");
    assertThat(sse.headers().firstValue("content-type")).hasValue("text/event-stream");
    assertThat(sse.headers().firstValue("cache-control")).hasValue("no-store, no-transform");
    assertThat(sse.headers().firstValue("x-accel-buffering")).hasValue("no");
    assertThat(ndjson.headers().firstValue("content-type")).hasValue("application/x-ndjson");
    assertThat(ndjson.body())
        .isEqualTo(
            "{\"row\":{\"n\":1}}\n{\"row\":{\"n\":2}}\n{\"end\":" + ScriptedQueries.END + "}\n");
  }

  @ParameterizedTest
  @CsvSource({"text/event-stream,retry: 1000", "application/x-ndjson,x-ndjson"})
  void theStreamOpensBeforeThereIsARow(String accept, String sign) {
    queries.put("silent", false, Flux.never());

    try (Connection connection = open("silent", accept)) {
      assertThat(connection.readUntil(sign)).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void aClientThatLeavesFreesItsQuery() {
    queries.put("abandoned", false, Flux.concat(Mono.just(row(1)), Flux.never()));

    try (Connection connection = open("abandoned", "application/x-ndjson")) {
      connection.readUntil("{\"row\":{\"n\":1}}");
      assertThat(queries.running).hasPositiveValue();
    }

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAtomic(queries.running, n -> assertThat(n).isZero());
  }

  @Test
  void aSlowReaderStopsAskingSoon() {
    String padding = "x".repeat(10_000);
    queries.put(
        "torrent",
        false,
        Flux.range(0, Integer.MAX_VALUE)
            .map(n -> event(QueryEvent.Kind.ROW, padding, padding, padding)));
    queries.emitted.set(0);

    try (Connection connection = open("torrent", "application/x-ndjson")) {
      connection.readUntil("xxx");
      await()
          .during(Duration.ofMillis(500))
          .atMost(SOON)
          .until(queries.emitted::get, emitted -> emitted * padding.length() < 1_500_000);
      long held = queries.emitted.get();

      connection.readBytes(1_500_000);
      assertThat(queries.emitted.get()).isGreaterThan(held);
    }
  }

  @Test
  void aBoundedQueryIsOneJsonDocument() {
    queries.put(
        "bounded",
        true,
        Flux.just(row(1), row(2), event(QueryEvent.Kind.UPDATE, "", "", "[9]"), end()));

    HttpResponse<String> answer = Http.get(query("bounded"), "Accept", "application/json");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(answer.body())
        .isEqualTo(
            "{\"columns\":[{\"name\":\"n\",\"type\":\"LONG\"}],\"rows\":[[1],[2]],\"open\":[[9]],"
                + "\"accounting\":"
                + ScriptedQueries.ACCOUNTING
                + "}");
  }

  @Test
  void anUnboundedQueryHasNoJsonDocument() {
    queries.put("endless", false, Flux.never());

    refused(Http.get(query("endless"), "Accept", "application/json"), 400, "QUERY_UNBOUNDED");
  }

  @Test
  void aJsonDocumentHasABound() {
    queries.put("large", true, Flux.range(0, 10_000).map(ScriptedQueries::row));

    HttpResponse<String> answer = Http.get(query("large"), "Accept", "application/json");

    refused(answer, 422, "QUERY_RESULT_TOO_LARGE");
    assertThat(answer.body()).contains("at most 1024 bytes").contains("application/x-ndjson");
    assertThat(queries.running).hasValue(0);
  }

  @Test
  void anErrorOnTheWayIsTheStatusOfAJsonDocument() {
    String problem =
        new String(
            Problems.toJson(Problem.of(ProblemCode.QUERY_OVERFLOW, "too large")),
            StandardCharsets.UTF_8);
    queries.put(
        "failing",
        true,
        Flux.just(row(1), event(QueryEvent.Kind.ERROR, problem, problem, problem)));

    HttpResponse<String> answer = Http.get(query("failing"), "Accept", "application/json");

    refused(answer, 422, "QUERY_OVERFLOW");
  }

  @Test
  void aBadQueryIsAProblemBeforeTheFirstByte() {
    HttpResponse<String> answer = Http.get(query("SELECT x"), "Accept", "text/event-stream");

    refused(answer, 400, "QUERY_SYNTAX");
    assertThat(answer.body()).contains("\"line\":1,\"column\":8");
  }

  @Test
  void everythingAskedIsPassedOn() {
    queries.put("asked", false, Flux.just(end()));

    Http.get(URI.create(query("asked") + "&from=-15m&to=now&emit=changes&every=1s"));
    assertThat(queries.last).isEqualTo(new QueryRequest("asked", "-15m", "now", "changes", "1s"));

    HttpResponse<String> posted =
        post("{\"sql\": \"asked\", \"from\": \"earliest\", \"to\": null}");
    assertThat(posted.statusCode()).isEqualTo(200);
    assertThat(queries.last).isEqualTo(new QueryRequest("asked", "earliest", null, null, null));
  }

  @Test
  void whoComesBackGoesOnAfterItsLastEvent() {
    queries.put("back", false, Flux.just(end()));

    Http.get(URI.create(query("back") + "&after=first"));
    assertThat(queries.last)
        .isEqualTo(new QueryRequest("back", null, null, null, null, "first", null));

    Http.get(URI.create(query("back") + "&after=first"), "Last-Event-ID", "second");
    assertThat(queries.last)
        .isEqualTo(new QueryRequest("back", null, null, null, null, "second", null));

    post("{\"sql\": \"back\", \"after\": \"third\", \"overflow\": \"conflate\", \"ids\": true}");
    assertThat(queries.last)
        .isEqualTo(new QueryRequest("back", null, null, null, null, "third", "conflate"));
  }

  @Test
  void whoComesBackToAQueryThatHasEndedIsToldToStop() {
    queries.putFinished("over");

    HttpResponse<String> answer =
        Http.get(query("over"), "Accept", "text/event-stream", "Last-Event-ID", "the-end");

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void whatIsUnknownIsRefused() {
    HttpResponse<String> parameter = Http.get(URI.create(query("asked") + "&form=now"));
    refused(parameter, 400, "QUERY_PARAMETER");
    assertThat(parameter.body()).contains("did you mean from?").contains("\"field\":\"form\"");

    refused(Http.get(URI.create(query("asked") + "&sql=b")), 400, "QUERY_PARAMETER");
    refused(Http.get(URI.create(query("asked") + "&ids=yes")), 400, "QUERY_PARAMETER");
    refused(Http.get(gateway.http("/v1/query")), 400, "QUERY_MISSING");
    refused(Http.get(gateway.http("/v1/query?sql=")), 400, "QUERY_MISSING");
    refused(post("{\"sql\": \"asked\", \"form\": \"now\"}"), 400, "QUERY_PARAMETER");
    refused(post("{\"sql\": 1}"), 400, "QUERY_PARAMETER");
    refused(post("{}"), 400, "QUERY_MISSING");
    refused(post("[]"), 400, "BAD_REQUEST");
    refused(post("{"), 400, "BAD_REQUEST");
    refused(post(""), 400, "BAD_REQUEST");
    refused(
        Http.send("POST", gateway.http("/v1/query"), "SELECT 1", "Content-Type", "application/sql"),
        415,
        "MEDIA_TYPE_UNSUPPORTED");
    refused(Http.get(query("asked"), "Accept", "text/html"), 406, "NOT_ACCEPTABLE");
  }

  @Test
  void sqlOf64KibGoesIntoAGet() {
    String sql = "é".repeat(32 << 10);
    queries.put(sql, false, Flux.just(end()));

    assertThat(Http.get(query(sql)).statusCode()).isEqualTo(200);
    refused(Http.get(query(sql + "x")), 413, "QUERY_TOO_LONG");
  }

  @Test
  void aHeadRequestRunsNothing() {
    queries.put("head", false, Flux.never());

    HttpResponse<String> answer =
        Http.send("HEAD", query("head"), "", "Accept", "text/event-stream");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream");
  }

  @Test
  void everyAnswerBeginsWithItsHeadHoweverManyAreWrittenAtOnce() {
    queries.put("busy", false, Flux.concat(Mono.just(row(1)), Flux.just(row(2), end())));

    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, 600)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> Http.get(query("busy")), SIXTEEN))
            .toList();

    assertThat(answers)
        .allSatisfy(
            answer ->
                assertThat(answer.join().body())
                    .startsWith("{\"row\":{\"n\":1}}\n{\"row\":{\"n\":2}}\n{\"end\":"));
  }

  @Test
  void aClientOfHttp10ReadsTheStreamToItsEnd() {
    queries.put("old", false, Flux.just(row(1), row(2), end()));

    try (Connection connection =
        Http.open(gateway.http(), "GET /v1/query?sql=old HTTP/1.0", "Host: localhost")) {
      assertThat(connection.readToEnd())
          .doesNotContainIgnoringCase("transfer-encoding")
          .endsWith(
              "\r\n\r\n{\"row\":{\"n\":1}}\n{\"row\":{\"n\":2}}\n{\"end\":"
                  + ScriptedQueries.END
                  + "}\n");
    }
  }

  @Test
  void methodsThatAreNotTakenAreToldThoseThatAre() {
    refused(
        Http.send("DELETE", gateway.http("/v1/query"), "", "Accept", "*/*"),
        405,
        "METHOD_NOT_ALLOWED");
    HttpResponse<String> options = Http.send("OPTIONS", gateway.http("/v1/query"), "");
    assertThat(options.statusCode()).isEqualTo(200);
    assertThat(options.headers().firstValue("allow").orElseThrow()).contains("GET", "POST");
  }

  @Test
  void openStreamsDoNotHoldUpTheGatewaysStopAndAreToldThatTheyAreNotWhole() {
    try (RunningGateway own = RunningGateway.start(Scripted.class)) {
      ((ScriptedQueries) own.bean(LiveQueries.class))
          .put("endless", false, Flux.concat(Mono.just(row(1)), Flux.never()));
      try (Connection connection =
          Http.open(own.http(), "GET /v1/query?sql=endless HTTP/1.1", "Host: localhost")) {
        connection.readUntil("{\"row\":{\"n\":1}}");
        Instant begin = Instant.now();

        own.close();

        assertThat(connection.readToEnd())
            .contains("{\"error\": {\"type\":\"urn:sluice:problem:overloaded\"")
            .endsWith("0\r\n\r\n");
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(4));
      }
    }
  }

  private static void refused(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
  }

  private static HttpResponse<String> post(String body) {
    return Http.send("POST", gateway.http("/v1/query"), body, "Content-Type", "application/json");
  }

  private static URI query(String sql) {
    return gateway.http("/v1/query?sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8));
  }

  private static Connection open(String sql, String accept) {
    return Http.open(
        gateway.http(),
        "GET /v1/query?sql=" + sql + " HTTP/1.1",
        "Host: localhost",
        "Accept: " + accept);
  }
}
