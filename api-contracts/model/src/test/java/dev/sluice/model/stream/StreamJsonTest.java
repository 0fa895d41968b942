package dev.sluice.model.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.model.avro.StreamSchema;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamJsonTest {
  private static final String FIELDS =
      "\"fields\": [{\"name\": \"device\", \"type\": \"STRING\"}, {\"name\": \"seq\", \"type\": \"LONG\"},"
          + " {\"name\": \"ts\", \"type\": \"TIMESTAMP\"},"
          + " {\"name\": \"temperature\", \"type\": \"double\", \"nullable\": true}]";

  @Test
  void defaultsAreFilledIn() {
    StreamDefinition stream = parse("{" + FIELDS + "}");

    assertThat(StreamJson.toJson(stream))
        .hasToString(
            "{\"name\":\"readings\",\"fields\":["
                + "{\"name\":\"device\",\"type\":\"STRING\",\"nullable\":false},"
                + "{\"name\":\"seq\",\"type\":\"LONG\",\"nullable\":false},"
                + "{\"name\":\"ts\",\"type\":\"TIMESTAMP\",\"nullable\":false},"
                + "{\"name\":\"temperature\",\"type\":\"DOUBLE\",\"nullable\":true}],"
                + "\"lateness\":\"PT5S\",\"dedupe\":\"PT1M\",\"partitions\":6,\"retention\":\"P7D\","
                + "\"historical\":false,\"unknown\":\"reject\",\"max-skew\":\"PT1M\","
                + "\"idle-timeout\":\"PT2S\"}");
  }

  @Test
  void everyMemberIsRead() {
    StreamDefinition stream =
        parse(
            "{\"name\": \"readings\", "
                + FIELDS
                + ", \"key\": \"device\", \"time\": \"ts\", \"id\": \"seq\", \"lateness\": \"PT1.5S\","
                + "\"dedupe\": \"PT0S\", \"partitions\": 2, \"retention\": \"PT1H\", \"historical\": true,"
                + "\"unknown\": \"ignore\", \"max-skew\": \"PT2M\", \"idle-timeout\": \"PT3S\","
                + "\"min-time\": \"2015-01-01T00:00:00Z\", \"max-time\": \"2016-01-01T00:00:00Z\"}");

    assertThat(stream.identity()).isEqualTo(new Identity("device", "seq", Duration.ZERO));
    assertThat(stream.time().lateness()).isEqualTo(Duration.ofMillis(1500));
    assertThat(stream.time().minTime()).hasToString("2015-01-01T00:00:00Z");
    assertThat(stream.storage()).isEqualTo(new Storage(2, Duration.ofHours(1)));
    assertThat(stream.unknown()).isEqualTo(StreamDefinition.UnknownFields.IGNORE);
  }

  @Test
  void whatWasGivenCanBePutAgain() {
    StreamDefinition stream =
        parse(
            "{"
                + FIELDS
                + ", \"time\": \"ts\", \"historical\": true, \"status\": {\"events\": 3}}");

    assertThat(parse(StreamJson.toJson(stream).toString())).isEqualTo(stream);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"latenes\": \"PT5S\" | latenes | did you mean lateness?",
        "\"lateness\": 5 | lateness | must be a string: was the number 5",
        "\"lateness\": \"5s\" | lateness | ISO-8601 duration such as PT5S or P7D: was \"5s\"",
        "\"partitions\": \"6\" | partitions | must be a whole number: was the string \"6\"",
        "\"partitions\": 0 | partitions | must be 1 to 48: was 0",
        "\"historical\": \"yes\" | historical | must be true or false: was the string \"yes\"",
        "\"unknown\": \"drop\" | unknown | must be \"reject\" or \"ignore\"",
        "\"key\": \"nope\" | key | not in \"fields\": nope",
        "\"min-time\": \"2015\" | min-time | ISO-8601 instant",
        "\"name\": \"other\" | name | must be the stream's name in the path, readings",
      })
  void aBadMemberIsNamed(String member, String field, String detail) {
    Problem problem = refused("{" + FIELDS + ", " + member + "}");

    assertThat(problem.code()).isEqualTo(ProblemCode.STREAM_INVALID);
    assertThat(problem.field()).isEqualTo(field);
    assertThat(problem.detail()).contains(detail);
  }

  @Test
  void defaultsAndAliasesComeBackAsTheyWere() {
    StreamDefinition stream =
        parse(
            """
            {"fields": [{"name": "text", "type": "STRING", "default": "none", "aliases": ["words", "says"]},
                        {"name": "whole", "type": "LONG", "default": -3}, {"name": "part", "type": "DOUBLE", "default": 2},
                        {"name": "on", "type": "BOOLEAN", "default": false},
                        {"name": "since", "type": "TIMESTAMP", "default": "2026-11-20T12:00:00Z"},
                        {"name": "until", "type": "TIMESTAMP", "default": 1500}]}
            """);

    assertThat(stream.fields())
        .extracting(Field::absent)
        .containsExactly(
            "none", -3L, 2.0, false, Instant.parse("2026-11-20T12:00:00Z").toEpochMilli(), 1500L);
    assertThat(parse(StreamJson.toJson(stream).toString())).isEqualTo(stream);
    assertThat(StreamSchema.fields(StreamSchema.of(stream)))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("aliases")
        .isEqualTo(stream.fields());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | fields | must be an array",
        "{\"fields\": {}} | fields | was an object",
        "{\"fields\": [3]} | fields[0] | was the number 3",
        "{\"fields\": [{\"name\": \"a\"}]} | fields[0].type | was absent",
        "{\"fields\": [{\"name\": \"a\", \"type\": \"DUBLE\"}]} | fields[0].type | did you mean DOUBLE?",
        "{\"fields\": [{\"name\": \"a\", \"type\": \"LONG\", \"nulable\": true}]} | fields[0].nulable | did you mean nullable?",
        "{\"fields\": [{\"name\": 1, \"type\": \"LONG\"}]} | fields[0].name | must be a string",
        "{\"fields\": [{\"type\": \"LONG\"}]} | fields[0].name | must have",
        "{\"fields\": [{\"name\": \"a\", \"type\": \"LONG\", \"default\": 1.5}]} | fields[0].default | must be a LONG: was the number 1.5",
        "{\"fields\": [{\"name\": \"a\", \"type\": \"TIMESTAMP\", \"default\": \"noon\"}]} | fields[0].default | ISO-8601 instant",
        "{\"fields\": [{\"name\": \"a\", \"type\": \"LONG\", \"nullable\": true, \"default\": 1}]} | a | leave out the default",
        "{\"fields\": [{\"name\": \"a\", \"type\": \"LONG\", \"aliases\": \"b\"}]} | fields[0].aliases | an array of names",
        "{\"fields\": [{\"name\": \"a\", \"type\": \"LONG\", \"aliases\": [\"b-c\"]}]} | a | must be a letter",
        "{\"fields\": [{\"name\": \"a\", \"type\": \"LONG\", \"aliases\": [\"a\"]}]} | a | says nothing new",
        "{\"fields\": [{\"name\": \"a\", \"type\": \"LONG\"}, {\"name\": \"b\", \"type\": \"LONG\", \"aliases\": [\"A\"]}]} | b | can be one field's only",
      })
  void aBadFieldIsNamedByItsPlace(String json, String field, String detail) {
    Problem problem = refused(json);

    assertThat(problem.code()).isEqualTo(ProblemCode.STREAM_INVALID);
    assertThat(problem.field()).isEqualTo(field);
    assertThat(problem.detail()).contains(detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"[]", "{", "`` ", "{} {}", "{\"a\": 1, \"a\": 2}", "nonsense"})
  void whatIsNoJsonObjectIsABadRequest(String json) {
    assertThat(refused(json == null ? "" : json).code()).isEqualTo(ProblemCode.BAD_REQUEST);
  }

  private static StreamDefinition parse(String json) {
    return StreamJson.parse("readings", json.getBytes(StandardCharsets.UTF_8));
  }

  private static Problem refused(String json) {
    ProblemException refusal = catchThrowableOfType(ProblemException.class, () -> parse(json));
    assertThat(refusal).isNotNull();
    return refusal.problem();
  }
}
