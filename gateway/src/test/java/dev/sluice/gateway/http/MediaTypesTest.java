package dev.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;

class MediaTypesTest {

  @Test
  void aTypeIsRead() {
    assertThat(MediaTypes.parse("application/json")).isEqualTo(MediaType.APPLICATION_JSON);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"", "nonsense", "\"a/json", "\"a/json\"", "a/\"json", "a/json;charset=\""})
  void whatIsNoneIsNone(String type) {
    assertThat(MediaTypes.parse(type)).isNull();
  }
}
