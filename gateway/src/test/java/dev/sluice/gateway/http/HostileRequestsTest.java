package dev.sluice.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestServers;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import dev.sluice.gateway.http.Exchange.Response;
import dev.sluice.gateway.http.HostileRequests.Request;
import dev.sluice.model.problem.ProblemCode;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A thousand bad requests to the doors for questions and for streams: each gets a problem with a
 * code that there is, none a 5xx, and no stream is left half declared.
 */
class HostileRequestsTest {
  private static final int REQUESTS = 1_000;
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String STREAM = "hostile_requests";

  private final long seed = Long.getLong("sluice.test.seed", System.nanoTime());
  private final HostileRequests requests = new HostileRequests(new Random(seed), STREAM);

  @BeforeAll
  static void declare() {
    Http.send(
        "PUT",
        GATEWAY.http("/v1/streams/" + STREAM),
        """
        {"fields": [{"name": "device", "type": "STRING"}, {"name": "n", "type": "LONG"}],
         "key": "device", "partitions": 1}
        """,
        "Content-Type",
        "application/json");
    Http.send(
        "POST",
        GATEWAY.http("/v1/streams/" + STREAM + "/events"),
        "[{\"device\":\"a\",\"n\":1},{\"device\":\"a\",\"n\":2},{\"device\":\"b\",\"n\":3}]",
        "Content-Type",
        "application/json");
  }

  @Test
  void everyBadQuestionIsAnsweredWithItsProblem() throws Exception {
    try (Exchange exchange = new Exchange(GATEWAY.http().getPort())) {
      for (int i = 0; i < REQUESTS; i++) {
        Request request = requests.query();
        hold(request, send(exchange, request));
      }
      Response answer =
          exchange.send(
              "GET",
              "/v1/query?from=earliest&to=now&sql=SELECT+COUNT(*)+AS+n+FROM+" + STREAM,
              null,
              "Accept: application/json");
      assertThat(JSON.readTree(answer.body()).path("rows").toString()).isEqualTo("[[3]]");
    }
  }

  @Test
  void everyBadDeclarationIsAnsweredWithItsProblemAndLeavesNothingBehind() throws Exception {
    Set<String> declared = new TreeSet<>();
    try (Exchange exchange = new Exchange(GATEWAY.http().getPort())) {
      for (int i = 0; i < REQUESTS; i++) {
        String fresh = "hr_" + i;
        Request request = requests.streams(fresh);
        Response response = send(exchange, request);
        if (hold(request, response)) {
          declared.add(fresh);
        }
      }
    }
    Set<String> known =
        JSON.readTree(Http.get(GATEWAY.http("/v1/streams")).body())
            .path("streams")
            .valueStream()
            .map(stream -> stream.path("name").asString())
            .filter(name -> name.startsWith("hr_"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(known).as(said()).isEqualTo(declared);
    assertThat(topics("stream.hr_")).as(said()).isEqualTo(declared);
    assertThat(topics("dead.hr_")).as(said()).isEqualTo(declared);
    for (String name : declared) {
      assertThat(Http.get(GATEWAY.http("/v1/streams/" + name)).statusCode()).isEqualTo(200);
    }
  }

  private Response send(Exchange exchange, Request request) {
    try {
      return exchange.send(
          request.method(),
          request.target(),
          request.body(),
          request.headers().toArray(String[]::new));
    } catch (Exception e) {
      throw new AssertionError(said() + ", no answer to " + told(request), e);
    }
  }

  /** Whether it was good by chance. */
  private boolean hold(Request request, Response response) {
    String what = said() + ", " + told(request) + " → " + response.status() + " " + response.body();
    if (request.expected().equals(HostileRequests.PERHAPS) && response.status() < 300) {
      return true;
    }
    assertThat(response.status()).as(what).isBetween(400, 499);
    assertThat(response.head()).as(what).contains("content-type: application/problem+json");
    JsonNode problem = JSON.readTree(response.body());
    ProblemCode code = ProblemCode.valueOf(problem.path("code").asString());
    assertThat(problem.path("status").asInt()).as(what).isEqualTo(response.status());
    assertThat(code.status()).as(what).isEqualTo(response.status());
    assertThat(problem.path("detail").asString()).as(what).isNotEmpty();
    if (!request.expected().isEmpty() && !request.expected().equals(HostileRequests.PERHAPS)) {
      assertThat(code.name()).as(what).isEqualTo(request.expected());
    }
    return false;
  }

  private static String told(Request request) {
    String whole =
        request.method()
            + " "
            + request.target()
            + " "
            + request.headers()
            + " "
            + (request.body() == null ? "" : new String(request.body(), UTF_8));
    return whole.substring(0, Math.min(500, whole.length()));
  }

  private String said() {
    return "-Dsluice.test.seed=" + seed;
  }

  private static Set<String> topics(String prefix) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
      return admin.listTopics().names().get().stream()
          .filter(name -> name.startsWith(prefix))
          .map(name -> name.substring(prefix.length() - "hr_".length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
