package dev.sluice.gateway.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DeadLetterDoorTest {
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String DEFINITION =
      """
      {"fields": [{"name": "device", "type": "STRING"}, {"name": "n", "type": "LONG"}],
       "key": "device", "partitions": 2, "unknown": "%s"}""";

  private static void declare(String stream, String unknown) {
    GATEWAY.declare(stream, DEFINITION.formatted(unknown));
  }

  private static void send(String stream, String frame) {
    assertThat(
            Http.send(
                    "POST",
                    GATEWAY.http("/v1/streams/" + stream + "/events"),
                    frame,
                    "Content-Type",
                    "application/json")
                .statusCode())
        .isEqualTo(200);
  }

  private static URI letters(String stream, String more) {
    return GATEWAY.http("/v1/streams/" + stream + "/dead-letters" + more);
  }

  private static JsonNode page(String stream, String more) {
    return json(Http.get(letters(stream, more), "Accept", "application/json"));
  }

  private static JsonNode replay(String stream, String more) {
    return json(Http.send("POST", letters(stream, "/replay" + more), ""));
  }

  private static JsonNode json(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    return JSON.readTree(answer.body());
  }

  private static List<String> texts(JsonNode page) {
    List<String> texts = new ArrayList<>();
    page.path("letters").forEach(letter -> texts.add(letter.path("text").asString()));
    return texts;
  }

  private static List<Long> stored(String stream) {
    HttpResponse<String> rows =
        Http.get(
            GATEWAY.query("SELECT n FROM " + stream, "from=earliest", "to=now"),
            "Accept",
            "application/json");
    List<Long> stored = new ArrayList<>();
    JSON.readTree(rows.body()).path("rows").forEach(row -> stored.add(row.path(0).asLong()));
    return stored.stream().sorted().toList();
  }

  @Test
  void aLetterHasTheEventAsItCameAndWhyAndWhence() {
    declare("dl_said", "reject");
    send(
        "dl_said",
        """
        [{"device": "a", "n": 1}, {"device": "<b>", "n": "<script>alert(1)</script>"}, {"n": 2}]""");

    JsonNode page = page("dl_said", "?code=FIELD_TYPE");

    JsonNode letter = page.path("letters").path(0);
    assertThat(page.path("letters")).hasSize(1);
    assertThat(letter.path("text").asString())
        .isEqualTo("{\"device\": \"<b>\", \"n\": \"<script>alert(1)</script>\"}");
    assertThat(letter.path("key").asString()).isEqualTo("<b>");
    assertThat(letter.path("door").asString()).isEqualTo("http");
    assertThat(letter.path("device").asString()).contains("127.0.0.1");
    assertThat(letter.path("field").asString()).isEqualTo("n");
    assertThat(letter.path("index").asInt()).isEqualTo(1);
    assertThat(letter.path("frame").asInt()).isZero();
    assertThat(letter.path("format").asString()).isEqualTo("application/json");
    assertThat(page.path("counts"))
        .isEqualTo(
            JSON.readTree(
                "{\"letters\": 2, \"codes\": {\"FIELD_MISSING\": 1, \"FIELD_TYPE\": 1}}"));
    JsonNode status = JSON.readTree(Http.get(GATEWAY.http("/v1/streams/dl_said")).body());
    assertThat(status.path("status").path("rejected").asInt()).isEqualTo(2);
    assertThat(status.path("status").path("rejected-by-code"))
        .isEqualTo(page.path("counts").path("codes"));
    assertThat(texts(page("dl_said", "?device=%3Cb%3E"))).hasSize(1);
    assertThat(texts(page("dl_said", "?from=-1m"))).hasSize(2);
    assertThat(texts(page("dl_said", "?to=-1m"))).isEmpty();
  }

  @Test
  void aLetterOfEachFormatHasItsKeyAndIsSentAgainAsItCame() {
    GATEWAY.declare(
        "dl_formats",
        """
        {"fields": [{"name": "device", "type": "STRING", "pointer": "/who/id", "cloudevent": "/subject"},
                    {"name": "n", "type": "LONG"}],
         "key": "device", "partitions": 1,
         "senml": {"device": "device", "records": [{"name": "n", "field": "n"}]}}""");
    String events = "/v1/streams/dl_formats/events";
    for (String[] frame :
        new String[][] {
          {"application/json", "[{\"who\": {\"id\": \"j\"}, \"n\": 0.5}]"},
          {
            "application/cloudevents+json",
            "{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"/a\", \"type\": \"t\","
                + " \"subject\": \"c\", \"data\": {\"n\": 0.5}}"
          },
          {
            "application/senml+json",
            "[{\"bn\": \"urn:dev:s:\", \"n\": \"n\", \"v\": 0.5}, {\"n\": \"n\", \"v\": true, \"vs\": \"two\"}]"
          }
        }) {
      Http.send("POST", GATEWAY.http(events), frame[1], "Content-Type", frame[0]);
    }

    JsonNode page = page("dl_formats", "?order=oldest");

    assertThat(page.path("letters").valueStream().map(letter -> letter.path("key").asString("-")))
        .containsExactly("j", "c", "urn:dev:s", "-");
    assertThat(texts(page("dl_formats", "?device=urn:dev:s"))).hasSize(1);
    JsonNode again = replay("dl_formats", "");
    assertThat(again.path("codes"))
        .as("%s", again)
        .isEqualTo(JSON.readTree("{\"FIELD_TYPE\": 3, \"EVENT_NOT_SENML\": 1}"));
  }

  @Test
  void pagesAndLinesGoOnWhereTheyEnded() {
    declare("dl_paged", "reject");
    send(
        "dl_paged",
        Stream.iterate(0, n -> n + 1).limit(7).map(n -> "{\"x\": " + n + "}").toList().toString());

    JsonNode newest = page("dl_paged", "?limit=5");
    JsonNode rest = page("dl_paged", "?limit=5&after=" + newest.path("next").asString());
    HttpResponse<String> lines =
        Http.get(letters("dl_paged", "?order=oldest"), "Accept", "application/x-ndjson");

    assertThat(texts(newest))
        .containsExactly("{\"x\": 6}", "{\"x\": 5}", "{\"x\": 4}", "{\"x\": 3}", "{\"x\": 2}");
    assertThat(texts(rest)).containsExactly("{\"x\": 1}", "{\"x\": 0}");
    assertThat(rest.path("next").isNull()).isTrue();
    List<String> told = lines.body().lines().toList();
    assertThat(told).hasSize(8);
    assertThat(told.get(0)).contains("\"{\\\"x\\\": 0}\"");
    assertThat(told.get(7)).isEqualTo("{\"end\":{\"next\":null}}");
  }

  @Test
  void afterAChangeOfTheStreamLettersAreEventsAndNoneIsSentTwice() {
    declare("dl_again", "reject");
    send(
        "dl_again",
        """
        [{"device": "a", "n": 1, "x": 0}, {"device": "a", "n": "bad"}, {"device": "b", "n": 2, "x": 0},
         [{"device": "c", "n": 3}], {"device": "d", "n": 4, "x": 0}]""");
    JsonNode before = replay("dl_again", "");
    declare("dl_again", "ignore");
    String one =
        page("dl_again", "?order=oldest&limit=1").path("letters").path(0).path("id").asString();

    JsonNode named = replay("dl_again", "?id=" + one);
    JsonNode twice = replay("dl_again", "?id=" + one);
    JsonNode all = replay("dl_again", "?from=earliest");
    JsonNode none = replay("dl_again", "");

    assertThat(before.path("replayed").asInt()).isZero();
    assertThat(before.path("rejected").asInt()).isEqualTo(5);
    assertThat(named.path("replayed").asInt()).isEqualTo(1);
    assertThat(twice.path("replayed").asInt()).isZero();
    assertThat(twice.path("absent").asInt()).isEqualTo(1);
    assertThat(all.path("replayed").asInt()).isEqualTo(2);
    assertThat(all.path("codes"))
        .isEqualTo(JSON.readTree("{\"EVENT_NOT_OBJECT\": 1, \"FIELD_TYPE\": 1}"));
    assertThat(all.path("letters").path(0).path("detail").asString()).contains("n must be a LONG");
    assertThat(none.path("replayed").asInt()).isZero();
    assertThat(stored("dl_again")).containsExactly(1L, 2L, 4L);
    assertThat(page("dl_again", "").path("counts").path("letters").asInt()).isEqualTo(2);
    JsonNode deleted = json(Http.send("DELETE", letters("dl_again", "?code=FIELD_TYPE"), ""));
    assertThat(deleted.path("deleted").asInt()).isEqualTo(1);
    assertThat(texts(page("dl_again", ""))).containsExactly("[{\"device\": \"c\", \"n\": 3}]");
  }

  @ParameterizedTest
  @CsvSource({
    "application/cbor, base64, A3666465766963656161616E01617800",
    "text/csv, text, 6465766963652C6E2C780A612C312C300A",
    "application/cloudevents+json, text, "
        + "7B227370656376657273696F6E223A22312E30222C226964223A2231222C"
        + "22736F75726365223A222F61222C2274797065223A2274222C2264617461"
        + "223A7B22646576696365223A2261222C226E223A312C2278223A307D7D"
  })
  void otherFormatsAreKeptAndSentAgainAsTheyCame(String type, String as, String hex)
      throws Exception {
    String stream = "dl_" + type.replaceAll("[^a-z]", "_");
    declare(stream, "reject");
    byte[] body = HexFormat.of().parseHex(hex);
    HttpResponse<String> ack =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(GATEWAY.http("/v1/streams/" + stream + "/events"))
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofByteArray(body))
                    .build(),
                BodyHandlers.ofString());
    assertThat(ack.body()).contains("FIELD_UNKNOWN");

    JsonNode letter = page(stream, "").path("letters").path(0);
    declare(stream, "ignore");
    JsonNode replayed = replay(stream, "");

    assertThat(letter.path("format").asString()).isEqualTo(type);
    assertThat(letter.has(as)).isTrue();
    assertThat(replayed.path("replayed").asInt()).as(replayed.toString()).isEqualTo(1);
    assertThat(stored(stream)).containsExactly(1L);
  }

  @Test
  void whoFollowsGoesOnBehindTheLastIdWithoutAGapOrARepetition() {
    declare("dl_live", "reject");
    send("dl_live", "[{\"x\": 0}]");
    String live = page("dl_live", "").path("live").asString();
    String[] ask = {"GET /v1/streams/dl_live/dead-letters?after=" + live + " HTTP/1.1"};
    String last;
    try (Http.Connection events =
        Http.open(GATEWAY.http(), ask[0], "Host: localhost", "Accept: text/event-stream")) {
      events.readUntil("event: counts");
      send("dl_live", "[{\"x\": 1}, {\"x\": 2}]");
      String told = events.readUntil("{\\\"x\\\": 2}");
      assertThat(told)
          .contains("nosniff")
          .contains("{\\\"x\\\": 1}")
          .doesNotContain("\\\"x\\\": 0}");
      last = told.replaceAll("(?s).*id: (\\S+)\r?\nevent: letter.*", "$1");
    }
    send("dl_live", "[{\"x\": 3}]");
    json(Http.send("DELETE", letters("dl_live", "?to=now&id=" + last), ""));

    try (Http.Connection events =
        Http.open(
            GATEWAY.http(),
            ask[0],
            "Host: localhost",
            "Accept: text/event-stream",
            "Last-Event-ID: " + last)) {
      String told = events.readUntil("event: gone");
      assertThat(told).contains("{\\\"x\\\": 3}").doesNotContain("{\\\"x\\\": 2}");
      assertThat(events.readUntil("[\"" + last + "\",\"" + last + "\"]")).contains("deleted");
    }
  }

  @Test
  void whoFollowsAStreamThatIsDeletedIsToldAndWhoComesBackFindsNothing() {
    declare("dl_gone", "reject");
    send("dl_gone", "[{\"x\": 0}]");
    String live = page("dl_gone", "").path("live").asString();
    try (Http.Connection events =
        Http.open(
            GATEWAY.http(),
            "GET /v1/streams/dl_gone/dead-letters HTTP/1.1",
            "Host: localhost",
            "Accept: text/event-stream")) {
      events.readUntil("event: counts");
      Http.send("DELETE", GATEWAY.http("/v1/streams/dl_gone"), "");
      assertThat(events.readUntil("STREAM_DELETED")).contains("event: error");
    }
    await().atMost(LIMIT).until(() -> Http.get(letters("dl_gone", "")).statusCode() == 404);
    declare("dl_gone", "reject");

    HttpResponse<String> again =
        Http.get(letters("dl_gone", ""), "Accept", "text/event-stream", "Last-Event-ID", live);

    assertThat(again.statusCode()).isEqualTo(410);
    assertThat(again.body()).contains("POSITION_EXPIRED");
  }

  @ParameterizedTest
  @CsvSource({
    "?limit=0, QUERY_PARAMETER",
    "?order=any, QUERY_PARAMETER",
    "?form=-1m, QUERY_PARAMETER",
    "?from=soon, QUERY_PARAMETER",
    "?after=17, QUERY_PARAMETER",
    "?code=, QUERY_PARAMETER"
  })
  void whatIsAskedWrongIsSaid(String more, String code) {
    declare("dl_wrong", "reject");

    HttpResponse<String> answer = Http.get(letters("dl_wrong", more), "Accept", "application/json");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(code);
    assertThat(Http.send("DELETE", letters("dl_wrong", "?limit=1"), "").statusCode())
        .isEqualTo(400);
    assertThat(Http.get(letters("dl_unknown", "")).statusCode()).isEqualTo(404);
  }
}
