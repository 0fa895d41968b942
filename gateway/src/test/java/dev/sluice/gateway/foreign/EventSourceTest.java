package dev.sluice.gateway.foreign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Server-sent events as EventSource reads them, and as the WHATWG's rules for its lines say. */
class EventSourceTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String STREAM = "foreign_notes";
  private static final String QUERY = "SELECT who, n, says FROM " + STREAM;

  /** What might end a line, an event or a string before its time, or is not ASCII. */
  private static final List<String> TEXTS =
      List.of(
          "plain",
          "two\nlines",
          "two\r\nlines\r",
          "\n\nevent: end\ndata: {}\n\n",
          "quoted \" and \\ escaped",
          "\uFEFFé ü 漢字 \uD83D\uDE8C",
          "line\u2028and paragraph\u2029separators\u0085",
          "\u0000\u0001\u001f\u007f",
          " leading and trailing ",
          "");

  @BeforeAll
  static void fill() {
    Notes.declare(STREAM);
    for (int n = 0; n < TEXTS.size(); n++) {
      ObjectNode note = JSON.createObjectNode();
      Notes.send(STREAM, note.put("who", "a").put("n", n).put("says", TEXTS.get(n)).toString());
    }
  }

  @Test
  void rowsAndTheEndArriveAsNamedEventsWithEveryCharacter() {
    JsonNode heard = listen(Notes.past(QUERY), "end", 1);

    List<JsonNode> rows = ofType(heard, "row");
    assertThat(rows).hasSize(TEXTS.size());
    for (JsonNode row : rows) {
      JsonNode data = row.path("data");
      assertThat(data.path("says").asString()).isEqualTo(TEXTS.get(data.path("n").asInt()));
      assertThat(row.path("origin").asString()).isEqualTo(Notes.GATEWAY.http().toString());
    }
    JsonNode end = ofType(heard, "end").get(0).path("data");
    assertThat(end.path("reason").asString()).isEqualTo("to");
    assertThat(end.path("accounting").path("counted").asInt()).isEqualTo(TEXTS.size());
    assertThat(ofType(heard, "message")).isEmpty();
  }

  @Test
  void aLiveQuerySaysByWatermarksThatItLives() {
    JsonNode heard = listen(Notes.live(QUERY), "watermark", 2);

    assertThat(heard.path("opened")).hasSize(1);
    assertThat(ofType(heard, "watermark").get(0).path("data").has("watermark")).isTrue();
  }

  @Test
  void eventSourceStopsComingBackWhenTheAnswerIsOver() {
    JsonNode heard = listen(Notes.past(QUERY), "end", 2);

    assertThat(heard.path("gaveUp").asInt()).isEqualTo(204);
    assertThat(heard.path("opened")).hasSize(1);
    assertThat(ofType(heard, "row")).hasSize(TEXTS.size());
  }

  @Test
  void eventSourceComesBackAfterASecondWhenTheAnswerIsCut() {
    JsonNode heard = listen(Notes.past("SELECT 1 / (n - 3) AS x FROM " + STREAM), "error", 2);

    assertThat(heard.path("opened")).hasSize(2);
    int away = heard.path("opened").path(1).asInt() - heard.path("opened").path(0).asInt();
    // Left to itself it waits for three seconds.
    assertThat(away).isBetween(1_000, 2_900);
  }

  @Test
  void whatFailsOnTheWayIsAnErrorEventWithItsProblem() {
    JsonNode heard = listen(Notes.past("SELECT 1 / (n - 3) AS x FROM " + STREAM), "error", 1);

    JsonNode problem = ofType(heard, "error").get(0).path("data");
    assertThat(problem.path("code").asString()).isEqualTo("QUERY_DIVISION_BY_ZERO");
  }

  @Test
  void eventSourceDoesNotComeBackForAQuestionThatIsWrong() {
    JsonNode heard = listen(Notes.live("SELECT nothing FROM " + STREAM), "end", 1);

    assertThat(heard.path("gaveUp").asInt()).isEqualTo(400);
    assertThat(heard.path("opened")).isEmpty();
  }

  @Test
  void everyLineIsAFieldThatEventSourceKnows() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(Notes.past(QUERY)).header("Accept", "text/event-stream").build();

    HttpResponse<byte[]> answer =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray());

    assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream");
    String body = UTF_8.newDecoder().decode(ByteBuffer.wrap(answer.body())).toString();
    // Neither a byte order mark nor any other line end than LF.
    assertThat(body).startsWith("retry: 1000\n\n").endsWith("\n\n").doesNotContain("\r");
    assertThat(body.lines())
        .allMatch(line -> line.matches("(?s)(retry: \\d+|id: \\S+|event: [a-z]+|data: \\{.*})?"));
    assertThat(body.split("\n\n")).filteredOn(event -> event.contains("event: row")).hasSize(10);
  }

  private static JsonNode listen(URI query, String last, int count) {
    return Node.run("subscriber.js", "", query.toString(), last, Integer.toString(count));
  }

  private static List<JsonNode> ofType(JsonNode heard, String type) {
    return heard
        .path("events")
        .valueStream()
        .filter(event -> event.path("type").asString().equals(type))
        .toList();
  }
}
