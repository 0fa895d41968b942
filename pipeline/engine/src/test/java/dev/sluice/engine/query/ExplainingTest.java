package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.plan.Fill;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.sql.SqlPlanner;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplainingTest {
  private static final String MINUTES = "GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE), k";
  private static final String COUNTS = "SELECT k, COUNT(*) AS n FROM log " + MINUTES;
  private static final String HOURS_OF_MINUTES =
      "SELECT k, MAX(n) AS m FROM ("
          + COUNTS
          + ") GROUP BY HOP(window_end, INTERVAL '10' MINUTE, INTERVAL '1' HOUR), k";

  private static QueryPlan plan(String sql) {
    return new SqlPlanner(RandomLogs.log(List.of(), 1)).plan(sql).plan();
  }

  @Test
  void windowIsReadAgain() {
    assertThat(Explaining.resume(plan(COUNTS))).isEqualTo("reads one window again: PT1M");
  }

  @Test
  void beforeFilledWindowsThoseAreReadInWhichASilentGroupMayHaveBeenSeen() {
    QueryPlan filled = plan(COUNTS).filled(new Fill(Fill.Mode.PREVIOUS, 10));

    assertThat(Explaining.resume(filled))
        .isEqualTo(
            "reads one window again: PT1M, and PT10M before it for the groups that are silent in it");
    assertThat(Explaining.state(filled).get("state"))
        .endsWith("; a row of a group is kept for 10 windows after its last event");
  }

  @Test
  void beforeAWindowOfWindowsOneOfThemIsRead() {
    assertThat(Explaining.resume(plan(HOURS_OF_MINUTES)))
        .isEqualTo(
            "reads one window again: PT1H, and PT1M before it for the windows that it is made of");
  }

  @Test
  void bothWindowsOfAWindowOnAWindowHoldGroups() {
    assertThat(Explaining.state(plan(HOURS_OF_MINUTES)))
        .containsOnlyKeys("inner-state", "state")
        .allSatisfy(
            (step, text) -> assertThat(text).matches("about \\d+ bytes a group and open window"));
  }

  @Test
  void sketchesAndListsTakeMoreTheMoreTheySee() {
    assertThat(Explaining.state(plan("SELECT COUNT(DISTINCT v) AS d FROM log")).get("state"))
        .matches("about \\d+ bytes a group, and what its values take");
  }

  @Test
  void totalIsReadFromItsBeginningAndAFilterGoesOn() {
    assertThat(Explaining.resume(plan("SELECT COUNT(*) AS n FROM log")))
        .startsWith("reads everything again");
    assertThat(Explaining.resume(plan("SELECT v FROM log")))
        .isEqualTo("reads on at the token's offsets");
  }
}
