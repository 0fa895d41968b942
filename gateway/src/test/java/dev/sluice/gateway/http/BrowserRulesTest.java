package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.Http.Connection;
import dev.sluice.gateway.RunningGateway;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every kind of answer says to a browser, as it goes over the wire. */
class BrowserRulesTest {
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final String API = "default-src 'none'; frame-ancestors 'none'";

  @ParameterizedTest
  @CsvSource({
    // a page and what it loads
    "GET, /, 200, page, no-cache",
    "GET, /assets/part-A1b2C3d4.js, 200, page, 'max-age=31536000, public, immutable'",
    "GET, /docs/, 200, page, max-age=3600",
    "GET, /docs/swagger-ui-bundle.js, 200, page, max-age=3600",
    "GET, /v1/openapi.yaml, 200, page, max-age=3600",
    "GET, /docs, 308, api, no-store",
    // the API
    "GET, /v1/streams, 200, api, no-store",
    "GET, /v1/queries, 200, api, no-store",
    "GET, /v1/devices, 200, api, no-store",
    "GET, /subjects, 200, api, no-store",
    "POST, /v1/tickets, 201, api, no-store",
    "GET, /v1/caller, 200, api, no-store",
    "GET, /actuator/health, 200, api, no-store",
    "GET, /actuator/prometheus, 200, api, no-store",
    // what does not end
    "GET, /v1/flow, 200, api, 'no-store, no-transform'",
    "GET, /v1/query?sql=SELECT%20action%20FROM%20%22sluice.audit%22, 200, api, 'no-store, no-transform'",
    // a problem: of a door, of nobody, of what stands before them
    "GET, /v1/streams/absent, 404, api, no-store",
    "GET, /v1/query?sql=nonsense, 400, api, no-store",
    "GET, /nothing, 404, api, no-store",
    "DELETE, /v1/streams, 405, api, no-store",
    "GET, /%00, 400, api, no-store",
    "OPTIONS, /v1/streams, 200, api, no-store",
  })
  void everyAnswerSaysWhatABrowserMayDo(
      String method, String path, int status, String policy, String kept) {
    Map<String, List<String>> headers =
        headers(
            status,
            method + " " + path + " HTTP/1.1",
            "Host: localhost",
            "Accept: " + (path.startsWith("/v1/flow") ? "text/event-stream" : "*/*"),
            "Content-Length: 0");

    assertThat(headers)
        .containsEntry(
            "content-security-policy",
            List.of(policy.equals("page") ? BrowserRules.OF_A_PAGE : API))
        .containsEntry("x-frame-options", List.of("DENY"))
        .containsEntry("x-content-type-options", List.of("nosniff"))
        .containsEntry("referrer-policy", List.of("no-referrer"))
        .containsEntry("cross-origin-resource-policy", List.of("same-origin"))
        .containsEntry("cache-control", List.of(kept))
        .doesNotContainKeys("strict-transport-security", "server");
  }

  @ParameterizedTest
  @CsvSource({
    "421, Host: evil.example, X-Nothing: 1",
    "403, Host: localhost, Origin: https://evil.example",
    "200, Host: localhost, Origin: https://allowed.example"
  })
  void soDoRefusalsAndPreflights(int status, String host, String origin) {
    Map<String, List<String>> headers =
        headers(
            status,
            "OPTIONS /v1/streams HTTP/1.1",
            host,
            origin,
            "Access-Control-Request-Method: GET");

    assertThat(headers)
        .containsEntry("content-security-policy", List.of(API))
        .containsEntry("x-content-type-options", List.of("nosniff"))
        .containsEntry("cache-control", List.of("no-store"));
  }

  /** By name, in lower case. */
  private static Map<String, List<String>> headers(int status, String... request) {
    try (Connection connection = Http.open(GATEWAY.http(), request)) {
      String head = connection.readUntil("\r\n\r\n");
      assertThat(head).startsWith("HTTP/1.1 " + status + " ");
      return Arrays.stream(head.substring(0, head.indexOf("\r\n\r\n")).split("\r\n"))
          .skip(1)
          .map(line -> line.split(": ", 2))
          .collect(
              Collectors.groupingBy(
                  header -> header[0].toLowerCase(Locale.ROOT),
                  Collectors.mapping(header -> header[1], Collectors.toList())));
    }
  }
}
