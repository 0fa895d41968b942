package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.plan.PreparedQuery;
import dev.sluice.engine.query.Plans.Planned;
import dev.sluice.engine.query.QueryRequest.Filling;
import dev.sluice.engine.sql.ReadRights;
import dev.sluice.engine.sql.SqlPlanner;
import dev.sluice.model.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions of one shape are planned twice, and are answered as if each had been. */
class PlansTest {
  private static final Filling NOT_FILLED = new Filling(null, null);
  private static final List<Object[]> VALUES =
      List.of(
          new Object[] {"a", 1},
          new Object[] {"b", 2},
          new Object[] {"a-rather-long-name-of-a-device", 999_999_999},
          new Object[] {"%_;", 0},
          new Object[] {"sluice:value:1", 918_273_641},
          new Object[] {"zz", 7});

  private final List<String> planned = new ArrayList<>();
  private final OneStream streams = new OneStream();
  private final SqlPlanner planner = new SqlPlanner(streams);
  private final Plans plans = new Plans(this::count, streams);

  private PreparedQuery count(String sql, ReadRights rights) {
    planned.add(sql);
    return planner.plan(sql, rights);
  }

  private Planned plan(String sql) {
    List<Planned> parts = plans.plan(sql, NOT_FILLED, ReadRights.ALL);
    assertThat(parts).hasSize(1);
    return parts.get(0);
  }

  private void isAsPlanned(String sql) {
    PreparedQuery expected = planner.plan(sql);
    Planned found = plan(sql);
    assertThat(found.plan().digest()).isEqualTo(expected.plan().digest());
    assertThat(found.digest()).isEqualTo(expected.plan().digest());
    assertThat(found.names()).isEqualTo(expected.names());
    assertThat(found.hash()).isEqualTo(Planned.of(expected.plan(), expected.names()).hash());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM readings WHERE device = '%s' LIMIT 5",
        "SELECT seq, t*2 AS d FROM readings WHERE device='%s' AND seq =%d",
        "SELECT seq FROM readings r WHERE t > 3 AND r.seq = 7 AND device = '%s' AND seq % 5 > 2",
        "SELECT COUNT(*) FROM readings WHERE device <> '' AND seq = %d"
            + " GROUP BY TUMBLE(ts, INTERVAL '10' SECOND) HAVING COUNT(*) >= 3",
        "SELECT seq FROM readings WHERE (device = '%s' AND seq = %d) AND t IS NOT NULL"
      })
  void aShapeIsPlannedTwiceAndItsQuestionsAreAsIfEachWas(String question) {
    for (Object[] values : VALUES) {
      isAsPlanned(question.replace("%s", values[0].toString()).replace("%d", "" + values[1]));
    }
    assertThat(planned).as("first as it is, then with marks").hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // The value is asked for, but not of all rows that are wanted.
        "SELECT seq FROM readings WHERE device = '%s' OR seq = %d",
        "SELECT seq FROM readings WHERE NOT (device = '%s') AND seq = %d",
        // The value is in the result, or in what is grouped.
        "SELECT device = '%s' AS is_it FROM readings WHERE seq = %d",
        "SELECT CASE WHEN device = '%s' THEN 1 ELSE %d END AS c FROM readings",
        "SELECT COUNT(*) FILTER (WHERE device = '%s') AS n FROM readings WHERE seq < %d",
        // Texts that only look as if something were compared.
        "SELECT seq FROM readings WHERE device LIKE '= ''%s''' AND seq <= %d",
        "SELECT seq FROM readings WHERE device <> '%s' AND seq <> %d",
        "SELECT seq FROM readings /* = 'x' */ WHERE device = '%s' AND t = %d",
        "SELECT seq AS \"= 'x'\" FROM readings WHERE device = '%s' AND t < %d",
        // Other types than the value's.
        "SELECT seq FROM readings WHERE t = %d AND device > '%s'",
        "SELECT seq FROM readings WHERE UPPER(device) = '%s' AND -seq = %d",
        "SELECT seq FROM readings WHERE device || '' = '%s' AND seq + 1 = %d"
      })
  void whatIsNotOfAShapeIsPlannedAsItIs(String question) {
    for (Object[] values : VALUES) {
      isAsPlanned(question.replace("%s", values[0].toString()).replace("%d", "" + values[1]));
    }
    assertThat(planned).hasSizeBetween(VALUES.size(), VALUES.size() + 1);
  }

  @Test
  void aTextThatIsATimeIsNotTakenForAnother() {
    for (int second = 0; second < 4; second++) {
      isAsPlanned(
          "SELECT seq FROM readings WHERE ts = TIMESTAMP '2026-11-20 12:00:0%d'".formatted(second));
    }
  }

  @Test
  void aProblemIsThatOfTheQuestion() {
    for (String device : List.of("a", "b", "c")) {
      assertThatThrownBy(() -> plan("SELECT seq FROM readings WHERE devise = '" + device + "'"))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("devise");
    }
  }

  @Test
  void aChangeForgetsShapesToo() {
    for (String device : List.of("a", "b", "c")) {
      plan("SELECT * FROM readings WHERE device = '" + device + "'");
    }
    assertThat(planned).hasSize(2);
    streams.change();
    plan("SELECT * FROM readings WHERE device = 'd'");
    assertThat(planned).hasSize(3);
  }

  @Test
  void manyQuestionsOfAShapeLeaveOthersRemembered() {
    plan("SELECT seq FROM readings");
    for (int device = 0; device < 1_000; device++) {
      plan("SELECT * FROM readings WHERE device = 'd" + device + "'");
    }
    int before = planned.size();
    plan("SELECT seq FROM readings");
    assertThat(planned).hasSize(before);
  }

  private static final class OneStream implements Streams {
    private final CatalogStream stream =
        new CatalogStream(
            Readings.definition("readings", false, 1, Duration.ofSeconds(5)), 1, 1, Instant.EPOCH);
    private final List<Consumer<String>> listeners = new ArrayList<>();

    void change() {
      listeners.forEach(listener -> listener.accept("readings"));
    }

    @Override
    public @Nullable CatalogStream find(String name) {
      return name.equals("readings") ? stream : null;
    }

    @Override
    public Collection<CatalogStream> all() {
      return List.of(stream);
    }

    @Override
    public void onChange(Consumer<String> listener) {
      listeners.add(listener);
    }
  }
}
