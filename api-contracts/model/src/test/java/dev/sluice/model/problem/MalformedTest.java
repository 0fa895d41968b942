package dev.sluice.model.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MalformedTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} []   | Trailing token (START_ARRAY) found after value",
        "{\"a\":x} | Unrecognized token 'x': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
      })
  void saysWhatIsWrongAndNothingOfTheParser(String json, String why) {
    JacksonException failure =
        catchThrowableOfType(JacksonException.class, () -> JSON.readTree(json));

    assertThat(Malformed.why(failure)).isEqualTo(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{\"a\":x}", "[", "{\"a\":\"\\ud800", "{} x", "{\"a\" 1}", "{'a': 1}", "[1,]"})
  void namesNoClass(String json) {
    JacksonException failure =
        catchThrowableOfType(
            JacksonException.class,
            () -> {
              JsonNode unused = JSON.readTree(json);
            });

    assertThat(Malformed.why(failure)).doesNotContain("`", "tools.", "Feature", "Constraints");
  }
}
