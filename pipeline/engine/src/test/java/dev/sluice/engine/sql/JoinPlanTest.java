package dev.sluice.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.plan.PlanText;
import dev.sluice.engine.plan.PreparedQuery;
import dev.sluice.engine.plan.QueryPlan;
import org.junit.jupiter.api.Test;

/** The stream has 8 fields, 3 places of an expansion and 4 pseudo-columns: joins begin at $15. */
class JoinPlanTest {
  private final SqlPlanner planner = new SqlPlanner(new Readings());

  private QueryPlan plan(String sql) {
    return planner.plan(sql).plan();
  }

  @Test
  void aJoinAddsTheTablesColumnsAndAnInnerOneAFilter() {
    QueryPlan inner =
        plan("SELECT r.device, d.site FROM readings r JOIN devices d ON r.device = d.device");
    QueryPlan left =
        plan("SELECT r.device, d.site FROM readings r LEFT JOIN devices d ON d.device = r.device");

    assertThat(inner.joins()).hasToString("[devices on [$0] from 15]");
    assertThat(inner.output()).hasToString("[$0, $16]");
    assertThat(String.valueOf(inner.filter())).contains("$15 IS NOT NULL");
    assertThat(left.joins()).hasToString("[devices on [$0] from 15]");
    assertThat(left.filter()).isNull();
    assertThat(inner.digest()).isNotEqualTo(left.digest());
  }

  @Test
  void starHasTheColumnsOfBothSidesInTheirOrder() {
    PreparedQuery all =
        planner.plan("SELECT * FROM readings r JOIN devices d ON r.device = d.device");
    PreparedQuery one =
        planner.plan("SELECT d.*, r.seq FROM readings r JOIN devices d ON r.device = d.device");

    assertThat(all.plan().output())
        .hasToString("[$0, $1, $2, $3, $4, $5, $6, $7, $15, $16, $17, $18]");
    assertThat(all.names()).hasSize(12).doesNotHaveDuplicates().contains("seq", "site", "active");
    assertThat(one.plan().output()).hasToString("[$15, $16, $17, $18, $1]");
    assertThat(one.names()).containsExactly("device", "site", "limit_c", "active", "seq");
  }

  @Test
  void severalTablesAreJoinedInTurnByTheirWholeKeys() {
    QueryPlan plan =
        plan(
            "SELECT p.what FROM readings r JOIN devices d ON UPPER(r.note) = d.device"
                + " JOIN places p ON p.floor = r.seq + 1 AND d.site = p.site AND r.ok");

    assertThat(plan.joins())
        .hasToString("[devices on [UPPER($6)] from 15, places on [$16, ($1 + 1)] from 19]");
    assertThat(plan.output()).hasToString("[$21]");
    assertThat(plan.width()).isEqualTo(22);
    assertThat(String.valueOf(plan.filter())).contains("$5");
  }

  @Test
  void sidesOfAUnionShareTheLookUpThatBothHave() {
    QueryPlan plan =
        plan(
            "SELECT d.site FROM readings r JOIN devices d ON r.device = d.device"
                + " UNION ALL SELECT d.site FROM readings r LEFT JOIN devices d ON d.device = r.device"
                + " UNION ALL SELECT note FROM readings");

    assertThat(plan.joins()).hasToString("[devices on [$0] from 15]");
    assertThat(plan.expansion()).isNotNull();
  }

  @Test
  void windowsAndGroupsAreOfJoinedColumns() {
    QueryPlan plan =
        plan(
            "SELECT d.site, COUNT(*) AS n FROM readings r JOIN devices d ON r.device = d.device"
                + " WHERE r.temperature > d.limit_c GROUP BY TUMBLE(r.ts, INTERVAL '10' SECOND), d.site");

    assertThat(String.valueOf(plan.grouping())).contains("keys=[$16]");
    assertThat(String.valueOf(plan.filter())).contains("($17 < $3)");
    assertThat(PlanText.of(plan))
        .containsEntry("join", "devices on [device]")
        .containsEntry("group", "devices.site");
  }

  @Test
  void aSubQueryIsJoinedByWhatItsColumnsStandFor() {
    QueryPlan plan =
        plan(
            "WITH loud AS (SELECT UPPER(device) AS name, seq FROM readings WHERE seq > 3)"
                + " SELECT l.seq, d.site FROM loud l JOIN devices d ON l.name = d.device");

    assertThat(plan.joins()).hasToString("[devices on [UPPER($0)] from 15]");
    assertThat(plan.output()).hasToString("[$1, $16]");
  }
}
