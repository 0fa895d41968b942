package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.Http.Connection;
import dev.sluice.gateway.RunningGateway;
import dev.sluice.gateway.Warnings;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedServerTest {
  private static final RunningGateway GATEWAY = RunningGateway.shared();

  @ParameterizedTest
  @ValueSource(
      strings = {"/v1/streams", "/actuator/health", "/actuator/prometheus", "/rsocket", "/nothing"})
  void aStrangeHostIsRefusedEverywhere(String path) {
    try (Connection connection =
        Http.open(
            GATEWAY.http(),
            "GET " + path + " HTTP/1.1",
            "Host: evil.example",
            "Connection: close")) {
      assertThat(connection.readToEnd())
          .startsWith("HTTP/1.1 421 ")
          .containsIgnoringCase("content-type: application/problem+json")
          .contains("\"code\":\"HOST_NOT_ALLOWED\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/rsocket", "/v1/streams/readings/events"})
  void anUpgradeIsGuarded(String path) {
    try (Connection connection =
        Http.open(
            GATEWAY.http(),
            "GET " + path + " HTTP/1.1",
            "Host: localhost",
            "Origin: http://evil.example",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13")) {
      assertThat(connection.readUntil("}"))
          .startsWith("HTTP/1.1 403 ")
          .contains("\"code\":\"ORIGIN_NOT_ALLOWED\"");
    }
  }

  /** What a page's script may send without asking first, and what it only shows. */
  @Test
  void aPageOfElsewhereMayDoNothing() {
    for (String[] request :
        new String[][] {
          {"POST /v1/streams/readings/events HTTP/1.1", "Origin: https://evil.example"},
          {"POST /v1/streams/readings/events HTTP/1.1", "Origin: null"},
          {"POST /v1/streams/readings/events HTTP/1.1", "Origin: http://localhost:5173"},
          {"GET /v1/query?sql=SELECT%201 HTTP/1.1", "Sec-Fetch-Site: cross-site"},
        }) {
      try (Connection connection =
          Http.open(
              GATEWAY.http(),
              request[0],
              "Host: localhost",
              request[1],
              "Content-Type: text/plain",
              "Content-Length: 0",
              "Connection: close")) {
        assertThat(connection.readToEnd())
            .as(request[1])
            .startsWith("HTTP/1.1 403 ")
            .contains("\"code\":\"ORIGIN_NOT_ALLOWED\"")
            .doesNotContainIgnoringCase("access-control-allow-origin");
      }
    }
  }

  @Test
  void aPreflightOfAnAllowedPageIsAnswered() {
    try (Connection connection =
        Http.open(
            GATEWAY.http(),
            "OPTIONS /v1/streams/readings HTTP/1.1",
            "Host: localhost",
            "Origin: " + RunningGateway.ALLOWED_ORIGIN,
            "Access-Control-Request-Method: PUT",
            "Access-Control-Request-Headers: authorization, content-type",
            "Connection: close")) {
      assertThat(connection.readToEnd())
          .startsWith("HTTP/1.1 200 ")
          .containsIgnoringCase(
              "access-control-allow-origin: " + RunningGateway.ALLOWED_ORIGIN + "\r\n")
          .doesNotContainIgnoringCase("access-control-allow-credentials")
          .containsIgnoringCase("access-control-allow-methods: GET,HEAD,POST,PUT,DELETE")
          .containsIgnoringCase("access-control-allow-headers: authorization, content-type");
    }
  }

  @Test
  void aPreflightOfElsewhereIsRefused() {
    try (Connection connection =
        Http.open(
            GATEWAY.http(),
            "OPTIONS /v1/streams/readings HTTP/1.1",
            "Host: localhost",
            "Origin: https://evil.example",
            "Access-Control-Request-Method: PUT",
            "Connection: close")) {
      assertThat(connection.readToEnd())
          .startsWith("HTTP/1.1 403 ")
          .doesNotContainIgnoringCase("access-control-allow-origin");
    }
  }

  @Test
  void anAllowedPageIsAnsweredWithItsOrigin() {
    HttpResponse<String> answer =
        Http.get(GATEWAY.http("/v1/streams"), "Origin", RunningGateway.ALLOWED_ORIGIN);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("access-control-allow-origin"))
        .hasValue(RunningGateway.ALLOWED_ORIGIN);
  }

  @Test
  void whatSpringRefusesIsAProblemToo() {
    HttpResponse<String> absent = Http.get(GATEWAY.http("/nothing/here"));
    assertThat(absent.statusCode()).isEqualTo(404);
    assertThat(absent.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(absent.body())
        .isEqualTo(
            "{\"type\":\"urn:sluice:problem:not-found\",\"title\":\"Not found\",\"status\":404,"
                + "\"code\":\"NOT_FOUND\",\"detail\":\"nothing is at /nothing/here: /v1/openapi.yaml"
                + " says what there is\"}");

    HttpResponse<String> method = Http.send("POST", GATEWAY.http("/v1/streams"), "{}");
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(method.headers().firstValue("allow")).hasValue("GET");
    assertThat(method.body()).contains("\"code\":\"METHOD_NOT_ALLOWED\"");

    HttpResponse<String> accept = Http.get(GATEWAY.http("/v1/streams"), "Accept", "text/csv");
    assertThat(accept.statusCode()).isEqualTo(406);
    assertThat(accept.body()).contains("\"code\":\"NOT_ACCEPTABLE\"").contains("application/json");

    HttpResponse<String> type =
        Http.send("PUT", GATEWAY.http("/v1/streams/a"), "{}", "Content-Type", "text/plain");
    assertThat(type.statusCode()).isEqualTo(415);
    assertThat(type.body()).contains("\"code\":\"MEDIA_TYPE_UNSUPPORTED\"");

    HttpResponse<String> large =
        Http.send(
            "PUT",
            GATEWAY.http("/v1/streams/a"),
            "{\"key\": \"" + "x".repeat(400_000) + "\"}",
            "Content-Type",
            "application/json");
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(large.body()).contains("\"code\":\"REQUEST_TOO_LARGE\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Accept: \"a/json", "Accept: text/html, \"a/json\"", "Content-Type: \"a/json"})
  void aMediaTypeThatSpringFallsOverIsRefused(String header) {
    try (Connection connection =
        Http.open(
            GATEWAY.http(),
            "GET /v1/query?sql=SELECT%201 HTTP/1.1",
            "Host: localhost",
            header,
            "Connection: close")) {
      assertThat(connection.readToEnd())
          .startsWith("HTTP/1.1 400 ")
          .contains("\"code\":\"BAD_REQUEST\"")
          .contains(" is malformed: ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"?v1/streams", "v1/streams", "#"})
  void aTargetThatIsNoPathIsRefused(String target) {
    try (Connection connection =
        Http.open(
            GATEWAY.http(),
            "GET " + target + " HTTP/1.1",
            "Host: localhost",
            "Connection: close")) {
      assertThat(connection.readToEnd())
          .startsWith("HTTP/1.1 400 ")
          .contains("\"code\":\"BAD_REQUEST\"")
          .contains("begins with /");
    }
  }

  @Test
  void whatIsNoHttpIsRefusedAndFillsNoLog() {
    try (Warnings log = new Warnings()) {
      for (String head :
          new String[] {
            "NONSENSE",
            "GET / HTTP/1.1\r\nHost: localhost\r\nbad header: x",
            "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: many"
          }) {
        try (Connection connection = Http.open(GATEWAY.http(), head)) {
          assertThat(connection.readToEnd()).as(head).startsWith("HTTP/1.1 400 ");
        }
      }
      assertThat(log.written()).isEmpty();
    }
  }

  @Test
  void aBodyThatIsNoHttpIsRefusedAndFillsNoLog() {
    GATEWAY.declare(
        "no_chunks", "{\"fields\": [{\"name\": \"d\", \"type\": \"STRING\"}], \"key\": \"d\"}");
    try (Warnings log = new Warnings()) {
      // More than there are threads to read frames on: each has had one when the last is answered.
      for (int i = 0; i < 50; i++) {
        try (Connection connection =
            Http.open(
                GATEWAY.http(),
                "POST /v1/streams/no_chunks/events HTTP/1.1",
                "Host: localhost",
                "Content-Type: application/json",
                "Transfer-Encoding: chunked",
                "",
                "no chunk")) {
          assertThat(connection.readToEnd()).startsWith("HTTP/1.1 400 ");
        }
      }
      assertThat(log.written()).isEmpty();
    }
  }

  @Test
  void aConnectionIsReadOnAfterRequestsThatHadToWait() {
    String waits = "GET /actuator/health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    String answeredAtOnce = "GET /absent HTTP/1.1\r\nHost: evil.example";

    try (Connection connection = Http.open(GATEWAY.http(), waits + answeredAtOnce)) {
      connection.readUntil("HOST_NOT_ALLOWED");
      connection.send("GET /nothing HTTP/1.1", "Host: localhost");

      assertThat(connection.readUntil("NOT_FOUND")).contains("HTTP/1.1 404 ");
    }
  }
}
