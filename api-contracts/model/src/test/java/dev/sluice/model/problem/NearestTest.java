package dev.sluice.model.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> KNOWN = List.of("temperature", "humidity", "device");

  @Test
  void findsTheWordWithATypingError() {
    assertThat(Nearest.to("temprature", KNOWN)).isEqualTo("temperature");
    assertThat(Nearest.to("HUMDITY", KNOWN)).isEqualTo("humidity");
    assertThat(Nearest.to("dveice", KNOWN)).isEqualTo("device");
  }

  @Test
  void guessesNothingFromAfar() {
    assertThat(Nearest.to("speed", KNOWN)).isNull();
    assertThat(Nearest.hint("speed", KNOWN)).isEmpty();
    assertThat(Nearest.to("", KNOWN)).isNull();
  }

  @Test
  void hintsAsASentence() {
    assertThat(Nearest.hint("devise", KNOWN)).isEqualTo("; did you mean device?");
  }
}
