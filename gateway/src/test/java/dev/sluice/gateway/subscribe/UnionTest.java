package dev.sluice.gateway.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import dev.sluice.gateway.ingest.Transport;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** UNION ALL of two streams, by every door of a real gateway. */
class UnionTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final String[] JSON_BODY = {"Content-Type", "application/json"};
  private static final int EVENTS = 200;
  private static final int SECONDS = 20;
  private static final String SQL =
      "SELECT 'door' AS what, n FROM union_doors UNION ALL SELECT 'motion', COUNT(*) FROM"
          + " union_motions GROUP BY TUMBLE(ts, INTERVAL '1' SECOND)";

  @BeforeAll
  static void fill() {
    for (String stream : List.of("union_doors", "union_motions")) {
      Http.send(
          "PUT",
          GATEWAY.http("/v1/streams/" + stream),
          "{\"fields\":[{\"name\":\"n\",\"type\":\"LONG\"},{\"name\":\"ts\",\"type\":\"TIMESTAMP\"}],"
              + "\"time\":\"ts\",\"partitions\":1,\"lateness\":\"PT0S\",\"historical\":true}",
          JSON_BODY);
      List<String> frame = new ArrayList<>();
      for (int n = 0; n < EVENTS; n++) {
        frame.add("{\"n\":%d,\"ts\":%d}".formatted(n, 1_420_000_000_000L + n * 100L));
      }
      Http.send(
          "POST", GATEWAY.http("/v1/streams/" + stream + "/events"), frame.toString(), JSON_BODY);
      Http.send(
          "POST",
          GATEWAY.http("/v1/streams/" + stream + "/watermark"),
          "{\"watermark\": \"2020-01-01T00:00:00Z\"}",
          JSON_BODY);
    }
  }

  private static HttpResponse<String> ask(String accept, String lastEventId) {
    return Http.get(
        GATEWAY.query(SQL, "from=earliest", "to=2019-01-01T00:00:00Z"),
        "Accept",
        accept,
        "Last-Event-ID",
        lastEventId);
  }

  private static List<String> rows(String events) {
    return events.lines().filter(line -> line.startsWith("data: {\"what\"")).toList();
  }

  private static List<String> ids(String events) {
    return events
        .lines()
        .filter(line -> line.startsWith("id: "))
        .map(id -> id.substring(4))
        .toList();
  }

  @Test
  void eventSourceThatComesBackGoesOnInBoth() {
    String whole = ask("text/event-stream", "").body();
    int had = 77;
    String cut = whole.substring(0, whole.indexOf("\n\n", whole.indexOf(rows(whole).get(had))));
    List<String> reached = ids(cut);

    String rest = ask("text/event-stream", reached.get(reached.size() - 1)).body();

    assertThat(rows(whole)).hasSize(EVENTS + SECONDS);
    assertThat(rows(cut).size() + rows(rest).size()).isEqualTo(EVENTS + SECONDS);
    List<String> all = new ArrayList<>(rows(cut));
    all.addAll(rows(rest));
    assertThat(all).containsExactlyInAnyOrderElementsOf(rows(whole));
    List<String> over = ids(rest);
    assertThat(ask("text/event-stream", over.get(over.size() - 1)).statusCode()).isEqualTo(204);
  }

  @Test
  void jsonAnswerHasTheRowsAndTheAccountingOfBoth() {
    JsonNode answer = JSON.readTree(ask("application/json", "").body());

    assertThat(answer.path("columns").get(0).path("name").stringValue()).isEqualTo("what");
    assertThat(answer.path("rows")).hasSize(EVENTS + SECONDS);
    assertThat(answer.path("accounting").path("counted").intValue()).isEqualTo(2 * EVENTS);
  }

  @Test
  void requestStreamAnswersAsMuchAsIsRequested() {
    RSocket client = Transport.TCP.connect(GATEWAY);
    String question =
        JSON.writeValueAsString(
            Map.of("sql", SQL, "from", "earliest", "to", "2019-01-01T00:00:00Z"));

    List<JsonNode> lines =
        Objects.requireNonNull(
            client
                .requestStream(Transport.routed("query", question))
                .map(UnionTest::text)
                .limitRate(1)
                .flatMapIterable(text -> text.lines().map(JSON::readTree).toList())
                .collectList()
                .block(Duration.ofSeconds(60)));
    client.dispose();

    assertThat(lines).filteredOn(line -> line.has("row")).hasSize(EVENTS + SECONDS);
    assertThat(lines.get(lines.size() - 1).path("end").path("parts"))
        .extracting(part -> part.path("stream").stringValue())
        .containsExactly("union_doors", "union_motions");
  }

  private static String text(Payload payload) {
    String text = payload.getDataUtf8();
    payload.release();
    return text;
  }
}
