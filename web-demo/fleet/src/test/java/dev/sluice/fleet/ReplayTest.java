package dev.sluice.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayTest {
  private static final long BEGIN = Instant.parse("2015-03-07T15:00:00Z").toEpochMilli();
  private static final long NOW = Instant.parse("2026-11-20T12:00:00Z").toEpochMilli();

  private final List<String> said = new ArrayList<>();

  @Test
  void reportsAreDueAtTheirTimeDividedBySpeed() {
    Replay replay = replay(30, 0, 60_000, 90_000);

    replay.advance(NOW, this::hear);
    assertThat(said).containsExactly("0 at 0");
    replay.advance(NOW + 1_999, this::hear);
    assertThat(said).hasSize(1);
    replay.advance(NOW + 3_000, this::hear);
    assertThat(said).containsExactly("0 at 0", "60000 at 2000", "90000 at 3000");
  }

  @Test
  void recordingBeginsAnewWhenItsTimeIsOver() {
    Replay replay = replay(60, 0, 60_000);
    replay.advance(NOW + 4_000, this::hear);
    assertThat(said)
        .containsExactly("0 at 0", "60000 at 1000", "0 at 2000", "60000 at 3000", "0 at 4000");
  }

  @Test
  void whatWasDueDuringALongPauseIsNotMadeUpFor() {
    Replay replay = replay(60, 0, 60_000);
    replay.advance(NOW, this::hear);
    replay.advance(NOW + 3_600_000, this::hear);
    assertThat(said).containsExactly("0 at 0", "60000 at 3600000");
    replay.advance(NOW + 3_601_000, this::hear);
    assertThat(said).hasSize(3).endsWith("0 at 3601000");
  }

  @Test
  void anotherSpeedGoesOnFromWhereItIs() {
    Replay replay = replay(30, 0, 60_000, 90_000);
    replay.advance(NOW + 1_000, this::hear);
    replay.speed(60, NOW + 1_000);
    replay.advance(NOW + 1_499, this::hear);
    assertThat(said).containsExactly("0 at 0");
    replay.advance(NOW + 2_000, this::hear);
    assertThat(said).containsExactly("0 at 0", "60000 at 1500", "90000 at 2000");
    replay.speed(30, NOW + 2_000);
    replay.advance(NOW + 3_000, this::hear);
    assertThat(said).hasSize(4).endsWith("0 at 3000");
  }

  private void hear(Report report, long ts) {
    said.add((report.recorded() - BEGIN) + " at " + (ts - NOW));
  }

  private static Replay replay(double speed, long... offsets) {
    List<Report> reports = new ArrayList<>();
    for (long offset : offsets) {
      reports.add(new Report(BEGIN + offset, "1-1", "1", "2", null, 0, 30, -97));
    }
    return new Replay(
        new Recording(Instant.ofEpochMilli(BEGIN), Duration.ofMinutes(2), reports), speed, NOW);
  }
}
