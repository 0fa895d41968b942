package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1 | {\"a\":1}",
        "1 | [{\"a\":1}]",
        "2 | [{\"a\":\"},{\"}, {\"b\":{\"c\":[{}]}}]",
        "2 | {\"a\":1}\\n{\"a\":\"\\\\\"{\"}\\n",
        "1 | [ ]",
        "1 | not json"
      })
  void countsTheEventsOfAFrame(int events, String frame) {
    byte[] bytes = frame.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8);
    assertThat(Wire.events(bytes)).isEqualTo(events);
  }

  @Test
  void backoffDoublesToItsMostWithHalfOfItJitter() {
    DeviceOptions.Backoff backoff =
        new DeviceOptions.Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));
    assertThat(backoff.before(1, 0.5)).isEqualTo(Duration.ofMillis(100));
    assertThat(backoff.before(1, 0)).isEqualTo(Duration.ofMillis(50));
    assertThat(backoff.before(3, 0.5)).isEqualTo(Duration.ofMillis(400));
    assertThat(backoff.before(1_000, 1)).isEqualTo(Duration.ofMillis(1_500));
  }

  @Test
  void settingsOutOfRangeAreNamedWithTheirValue() {
    SluiceDeviceBuilder builder = SluiceDevice.builder("localhost", 7878, "readings");
    assertThatThrownBy(() -> builder.buffer(0, 1)).hasMessage("buffer must be 1.. events: was 0");
    assertThatThrownBy(() -> builder.frame(1, 1 << 24, Duration.ZERO))
        .hasMessage("frame must be 1..16711680 bytes: was 16777216");
    assertThatThrownBy(() -> builder.backoff(Duration.ZERO, Duration.ZERO))
        .hasMessage("backoff must be 0 < least <= most: was PT0S, PT0S");
    assertThatThrownBy(() -> SluiceDevice.builder("localhost", 0, "readings"))
        .hasMessage("port must be 1..65535: was 0");
  }
}
