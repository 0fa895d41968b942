package dev.sluice.benchmark.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DifferencesTest {
  @Test
  void sameRowsDoNotDiffer() {
    assertThat(Differences.of("rows", List.of("a", "b", "b"), List.of("a", "b", "b"))).isEmpty();
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThat(Differences.of("rows", List.of("a", "b"), List.of("b")))
        .hasValueSatisfying(said -> assertThat(said).contains("of 2 rows 1 are missing [a]"));
  }

  @Test
  void rowThatIsThereTwiceIsTooMany() {
    assertThat(Differences.of("rows", List.of("a"), List.of("a", "a")))
        .hasValueSatisfying(
            said -> assertThat(said).contains("0 are missing").endsWith("must not be [a]"));
  }
}
