package dev.sluice.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.views.ViewEvents.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Views whose events are joined with a reference table in their first stage. */
class JoinedViewTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void aViewHasTheRowsThatItsTableHadWhenItsEventsWereRead() {
    try (ViewBed bed = new ViewBed();
        Pipeline pipeline = bed.pipeline()) {
      bed.declare("joining", 2);
      bed.reference("joining_devices");
      bed.execute("INSERT INTO tables.joining_devices VALUES ('a', 'x'), ('b', 'x'), ('c', 'y')");
      String joined = " FROM joining e JOIN joining_devices d ON e.k = d.device ";
      bed.define(
          "joined_sums",
          "SELECT d.site AS k, COUNT(*) AS n, SUM(e.v) AS s"
              + joined
              + "WHERE e.v < 100 GROUP BY TUMBLE(e.ts, INTERVAL '1' SECOND), d.site",
          true);
      bed.define("joined_events", "SELECT e.v, d.site" + joined, false);

      List<Event> events = new ArrayList<>();
      for (int v = 1; v <= 8; v++) {
        // Nobody knows of d.
        events.add(event(v % 2, List.of("a", "b", "c", "d").get(v % 4), v, 1_000 + v));
      }
      bed.send("joining", events);
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(bed.rows("joined_events"))
                      .containsExactlyInAnyOrder("1 x", "2 y", "4 x", "5 x", "6 y", "8 x"));

      bed.execute("UPDATE tables.joining_devices SET site = 'z' WHERE device = 'a'");
      awaitUse(bed, "z");
      bed.end("joining", 10_000);
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> {
                assertThat(bed.rows("joined_sums"))
                    .containsExactlyInAnyOrder("1000 2000 x 4 18", "1000 2000 y 2 8");
                assertThat(bed.table("joined_sums"))
                    .containsExactlyInAnyOrder("1000 2000 x 4 18", "1000 2000 y 2 8");
              });

      ProblemException refused =
          catchThrowableOfType(
              ProblemException.class, () -> bed.deleteTable("joining_devices").block(LIMIT));
      Problem problem = refused.problem();
      assertThat(problem.code()).isEqualTo(ProblemCode.TABLE_IN_USE);
      assertThat(problem.detail()).contains("joined_events, joined_sums");
      bed.delete("joined_sums");
      bed.delete("joined_events");
      assertThat(bed.deleteTable("joining_devices").block(LIMIT)).isTrue();
    }
  }

  private static Event event(int partition, String key, long value, long time) {
    return new Event(partition, key, value, time, Long.MIN_VALUE);
  }

  /** Sends events that the sums leave out, until one is joined so. */
  private static void awaitUse(ViewBed bed, String site) {
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              bed.send("joining", List.of(event(0, "a", 100, 1_500)));
              return bed.rows("joined_events").contains("100 " + site);
            });
  }
}
