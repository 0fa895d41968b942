package dev.sluice.cli.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
  @ParameterizedTest
  @CsvSource({
    "2015-03-07T10:03:34-06:00, 2015-03-07T16:03:34Z",
    "2014-02-14 14:27:00, 2014-02-14T14:27:00Z",
    "2014-02-14 14:27:00.1239+01:00, 2014-02-14T13:27:00.123Z",
    "2014-02-14T14:27, 2014-02-14T14:27:00Z",
    "2014-02-14, 2014-02-14T00:00:00Z",
    "1392388020000, 2014-02-14T14:27:00Z",
    "-1, 1969-12-31T23:59:59.999Z"
  })
  void readsTheUsualSpellings(String text, Instant time) {
    assertThat(Times.parse(text)).isEqualTo(time.toEpochMilli());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "now", "2014-02-30", "2014-02-14T25:00:00Z", "14.02.2014", "1.5", "-"})
  void whatIsNoTimeIsNone(String text) {
    assertThat(Times.parse(text)).isEqualTo(Times.NONE);
  }

  @Test
  void numberIsNoDateAndTime() {
    assertThat(Times.isDateAndTime("1392388020000")).isFalse();
    assertThat(Times.isDateAndTime("2014-02-14")).isTrue();
  }
}
