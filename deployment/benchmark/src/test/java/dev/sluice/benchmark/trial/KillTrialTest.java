package dev.sluice.benchmark.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.benchmark.trial.KillResult.Recovered;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trial with little to bear; {@code run kills} is the long form of the same code. */
class KillTrialTest {
  @TempDir private Path directory;

  @Test
  void viewsAreWhatTheLogSaysThoughEverythingIsKilled() throws Exception {
    KillSettings settings =
        new KillSettings(
            directory,
            new KillSettings.Load(500, 50, Duration.ofSeconds(15), 1),
            new KillSettings.Faults(2, 2, Duration.ofSeconds(2), 1, 1, Duration.ofMillis(500)),
            1,
            2,
            List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"),
            List.of());

    KillResult result = new KillTrial(settings, new PrintWriter(System.out, true)).run();

    assertThat(result.wrong()).isEmpty();
    assertThat(result.settled()).isTrue();
    assertThat(result.rebuilds()).isPositive();
    assertThat(result.endedByThemselves()).isEmpty();
    assertThat(result.sent().inLog()).isGreaterThan(2_000);
    assertThat(result.sent().duplicates()).isPositive();
    assertThat(result.rows()).hasSize(KeptView.ALL.size());
    assertThat(result.rows().values()).allSatisfy(rows -> assertThat(rows).isPositive());
    assertThat(result.recovered().stream().map(Recovered::from).filter(f -> f.startsWith("p")))
        .hasSize(2);
    assertThat(result.recovered()).hasSize(4);
  }
}
