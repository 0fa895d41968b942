package dev.sluice.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StreamsDoorTest {
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String READINGS =
      """
      {"fields": [{"name": "device", "type": "STRING"}, {"name": "seq", "type": "LONG"},
                  {"name": "ts", "type": "TIMESTAMP"},
                  {"name": "temperature", "type": "DOUBLE", "nullable": true}],
       "key": "device", "time": "ts", "id": "seq", "lateness": "PT5S", "partitions": 3}
      """;

  @Test
  void aStreamIsDeclaredReadListedAndDeleted() {
    HttpResponse<String> created = put("admin_readings", READINGS);
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(created.headers().firstValue("location")).hasValue("/v1/streams/admin_readings");
    assertThat(JSON.readTree(created.body()).path("retention").stringValue()).isEqualTo("P7D");

    HttpResponse<String> again = put("admin_readings", READINGS);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(created.body());

    JsonNode listed = JSON.readTree(Http.get(GATEWAY.http("/v1/streams")).body());
    assertThat(listed.path("streams").valueStream())
        .anySatisfy(stream -> assertThat(stream).isEqualTo(JSON.readTree(created.body())));

    assertThat(delete("admin_readings").statusCode()).isEqualTo(204);
    refused(delete("admin_readings"), 404, "STREAM_UNKNOWN");
    refused(Http.get(GATEWAY.http("/v1/streams/admin_readings")), 404, "STREAM_UNKNOWN");
  }

  @Test
  void theStatusCountsWhatIsThere() {
    put("admin_counted", READINGS);
    String now = Instant.now().toString();
    HttpResponse<String> ack =
        Http.send(
            "POST",
            GATEWAY.http("/v1/streams/admin_counted/events"),
            ("[{\"device\":\"a\",\"seq\":1,\"ts\":\"%s\"},{\"device\":\"b\",\"seq\":1,\"ts\":\"%s\"},"
                    + "{\"device\":\"b\",\"seq\":2,\"ts\":\"soon\"}]")
                .formatted(now, now),
            "Content-Type",
            "application/json");
    assertThat(ack.statusCode()).isEqualTo(200);

    HttpResponse<String> answer = Http.get(GATEWAY.http("/v1/streams/admin_counted"));

    JsonNode status = JSON.readTree(answer.body()).path("status");
    assertThat(status.path("records").longValue()).isGreaterThanOrEqualTo(2);
    assertThat(status.path("bytes").longValue()).isPositive();
    assertThat(status.path("rate").isNumber()).isTrue();
    assertThat(status.path("created").stringValue())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(status.has("watermark")).isTrue();
    assertThat(status.path("rejected").longValue()).isEqualTo(1);
    assertThat(put("admin_counted", answer.body()).statusCode()).isEqualTo(200);
  }

  @Test
  void pointersAreKeptAndMayChange() {
    String pointing = READINGS.replace("\"STRING\"}", "\"STRING\", \"pointer\": \"/meta/id\"}");
    put("admin_pointing", pointing);
    JsonNode read = JSON.readTree(Http.get(GATEWAY.http("/v1/streams/admin_pointing")).body());
    assertThat(read.at("/fields/0/pointer").stringValue()).isEqualTo("/meta/id");

    String ts = "\"seq\": 1, \"ts\": \"" + Instant.now() + "\"}";
    GATEWAY.store("admin_pointing", List.of("{\"meta\": {\"id\": \"a\"}, " + ts));
    assertThat(put("admin_pointing", pointing.replace("/meta/id", "/id")).statusCode())
        .isEqualTo(200);
    GATEWAY.store("admin_pointing", List.of("{\"id\": \"b\", " + ts));

    String answer =
        Http.get(GATEWAY.query("SELECT device FROM admin_pointing", "from=earliest", "to=now"))
            .body();
    assertThat(answer).contains("\"device\":\"a\"", "\"device\":\"b\"");
    refused(put("admin_pointing", pointing.replace("/meta/id", "/seq/x")), 400, "STREAM_INVALID");
  }

  @Test
  void anIncompatibleChangeIsAConflictWithAReasonPerField() {
    put("admin_stubborn", READINGS);

    HttpResponse<String> answer =
        put("admin_stubborn", READINGS.replace("\"key\": \"device\"", "\"key\": \"seq\""));

    refused(answer, 409, "STREAM_INCOMPATIBLE");
    assertThat(JSON.readTree(answer.body()).path("reasons").path("key").stringValue())
        .isEqualTo("key is device and cannot become seq");
  }

  @Test
  void aBadDefinitionNamesItsMember() {
    HttpResponse<String> answer = put("admin_bad", "{\"feilds\": []}");

    refused(answer, 400, "STREAM_INVALID");
    assertThat(answer.body()).contains("did you mean fields?").contains("\"field\":\"feilds\"");
    refused(put("Bad-Name", READINGS), 400, "STREAM_INVALID");
    refused(put("admin_bad", ""), 400, "BAD_REQUEST");
  }

  /** A path's parameters would be dropped in silence: {@code a;b=c} would be the stream a. */
  @Test
  void aSemicolonIsPartOfTheName() {
    HttpResponse<String> answer = put("admin_whole;b=c", READINGS);

    refused(answer, 400, "STREAM_INVALID");
    assertThat(answer.body()).contains("admin_whole;b=c").contains("\"field\":\"name\"");
    refused(Http.get(GATEWAY.http("/v1/streams/admin_whole")), 404, "STREAM_UNKNOWN");
    put("admin_whole", READINGS);
    refused(Http.get(GATEWAY.http("/v1/streams/admin_whole;b=c")), 404, "STREAM_UNKNOWN");
    refused(delete("admin_whole;b=c"), 404, "STREAM_UNKNOWN");
    refused(watermark("admin_whole;b=c", "{}"), 404, "STREAM_UNKNOWN");
    assertThat(delete("admin_whole").statusCode()).isEqualTo(204);
  }

  @Test
  void anUnknownStreamHasANearestName() {
    put("admin_buses", READINGS);

    HttpResponse<String> answer = Http.get(GATEWAY.http("/v1/streams/admin_busses"));

    refused(answer, 404, "STREAM_UNKNOWN");
    assertThat(answer.body()).contains("did you mean admin_buses?");
  }

  @Test
  void aWatermarkIsStatedToEveryPartition() {
    put("admin_ended", READINGS);

    HttpResponse<String> answer =
        watermark("admin_ended", "{\"watermark\": \"2020-01-01T00:00:00.1234Z\"}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"watermark\":\"2020-01-01T00:00:00.123Z\"}");
    JsonNode stream = JSON.readTree(Http.get(GATEWAY.http("/v1/streams/admin_ended")).body());
    assertThat(stream.path("status").path("records").longValue()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void aWatermarkAheadOfTheClockIsInvalid() {
    put("admin_ahead", READINGS);
    String ahead = Instant.now().plusSeconds(60).toString();

    refused(
        watermark("admin_ahead", "{\"watermark\": \"" + ahead + "\"}"), 400, "WATERMARK_INVALID");
    refused(watermark("admin_ahead", "{\"watermark\": 5}"), 400, "WATERMARK_INVALID");
    refused(watermark("admin_ahead", "{\"watermark\": \"soon\"}"), 400, "WATERMARK_INVALID");
    refused(
        watermark("admin_ahead", "{\"watermark\": \"1969-12-31T23:59:59Z\"}"),
        400,
        "WATERMARK_INVALID");
    refused(watermark("admin_ahead", "{\"watermrak\": \"x\"}"), 400, "WATERMARK_INVALID");
    refused(watermark("admin_ahead", ""), 400, "WATERMARK_INVALID");
    refused(watermark("admin_nothing", "{}"), 404, "STREAM_UNKNOWN");
  }

  @Test
  void aWatermarkOfHistoryIsWithinItsTimes() {
    put(
        "admin_history",
        READINGS.replace(
            "\"partitions\": 3",
            "\"historical\": true, \"min-time\": \"2015-01-01T00:00:00Z\","
                + " \"max-time\": \"2100-01-01T00:00:00Z\""));

    assertThat(watermark("admin_history", "{\"watermark\": \"2099-01-01T00:00:00Z\"}").statusCode())
        .isEqualTo(200);
    refused(
        watermark("admin_history", "{\"watermark\": \"2101-01-01T00:00:00Z\"}"),
        400,
        "WATERMARK_INVALID");
    refused(
        watermark("admin_history", "{\"watermark\": \"2014-01-01T00:00:00Z\"}"),
        400,
        "WATERMARK_INVALID");
  }

  private static HttpResponse<String> put(String stream, String definition) {
    return Http.send(
        "PUT",
        GATEWAY.http("/v1/streams/" + stream),
        definition,
        "Content-Type",
        "application/json");
  }

  private static HttpResponse<String> delete(String stream) {
    return Http.send("DELETE", GATEWAY.http("/v1/streams/" + stream), "");
  }

  private static HttpResponse<String> watermark(String stream, String body) {
    return Http.send(
        "POST",
        GATEWAY.http("/v1/streams/" + stream + "/watermark"),
        body,
        "Content-Type",
        "application/json");
  }

  private static void refused(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
  }
}
