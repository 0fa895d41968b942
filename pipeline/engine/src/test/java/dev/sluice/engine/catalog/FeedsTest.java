package dev.sluice.engine.catalog;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.Declared.Outcome;
import dev.sluice.engine.view.ViewCatalog;
import dev.sluice.engine.view.ViewSettings;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamJson;
import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.ViewDefinition.Late;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/** Views that feed streams, as they are defined. */
class FeedsTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final RecordingLog LOG = new RecordingLog();
  private static Catalog catalog;
  private static ViewCatalog views;

  @BeforeAll
  static void open() {
    catalog = Catalog.open(CatalogSettings.of(TestServers.postgres()), LOG);
    views = new ViewCatalog(catalog, LOG, ViewSettings.DEFAULT);
    stream("meters", "");
    stream("tape", ", \"historical\": true");
    stream("alarms", "");
    stream("archive", ", \"historical\": true");
  }

  @AfterAll
  static void close() {
    views.close();
    catalog.close();
  }

  @Test
  void whatIsFedStaysAndTheViewThatFeedsItStaysAsItIs() {
    stream("held", "");
    ViewDefinition hot = view("hot_meters", "SELECT device, ts, v FROM meters", "held");
    assertThat(define(hot).outcome()).isEqualTo(Outcome.CREATED);
    assertThat(define(hot).outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(requireNonNull(catalog.findView("hot_meters")).definition().into())
        .isEqualTo("held");

    Problem fed = refusal(catalog.delete("held"));
    assertThat(fed.code()).isEqualTo(ProblemCode.STREAM_IN_USE);
    assertThat(fed.detail()).contains("fed by the view hot_meters");
    for (Mono<?> change :
        new Mono<?>[] {
          views.declare(hot.withInto(null)),
          views.declare(hot.withInto("alarms")),
          views.declare(view("hot_meters", "SELECT device, ts FROM meters", "held")),
          views.rebuild("hot_meters", false)
        }) {
      Problem refused = refusal(change);
      assertThat(refused.code()).isEqualTo(ProblemCode.VIEW_IN_USE);
      assertThat(refused.detail()).contains("define");
    }
    assertThat(catalog.findBuild("hot_meters")).isNull();

    assertThat(catalog.deleteView("hot_meters").block(SOON)).isTrue();
    assertThat(catalog.delete("held").block(SOON)).isTrue();
  }

  @Test
  void aViewThatFedNothingDoesNotBeginTo() {
    ViewDefinition quiet = view("quiet_meters", "SELECT device, ts FROM meters", null);
    define(quiet);

    assertThat(refusal(views.declare(quiet.withInto("alarms"))).code())
        .isEqualTo(ProblemCode.VIEW_IN_USE);
  }

  @Test
  void windowsFeedAStreamByTheirEnd() {
    define(
        view(
            "summed_meters",
            "SELECT device, 'sum' AS kind, SUM(v) AS v, TUMBLE_START(ts, INTERVAL '1' MINUTE) AS since,"
                + " TUMBLE_END(ts, INTERVAL '1' MINUTE) AS ts"
                + " FROM meters GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE), device",
            "alarms"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nowhere | SELECT device, ts FROM meters | into | declare it",
        "meters | SELECT device, ts FROM meters | into | without end",
        "alarms | SELECT device, ts, v AS w FROM meters | w | no field w",
        "alarms | SELECT device, ts, device AS v FROM meters | v | CAST",
        "alarms | SELECT NULLIF(device, 'x') AS device, ts FROM meters | device | as what is computed may",
        "alarms | SELECT ts FROM meters | device | no such column",
        "alarms | SELECT device, ts + INTERVAL '1' DAY AS ts FROM meters | ts | is the time of alarms",
        "alarms | SELECT device, COUNT(*) AS v FROM meters GROUP BY device | into | running total",
        "alarms | SELECT device, ts FROM tape | into | historical",
      })
  void whatAStreamCannotTakeIsRefused(String into, String sql, String field, String said) {
    Problem refused = refusal(views.declare(view("refused_feed", sql, into)));

    assertThat(refused.code()).isEqualTo(ProblemCode.VIEW_INVALID);
    assertThat(refused.field()).isEqualTo(field);
    assertThat(refused.detail()).contains(said);
    assertThat(catalog.findView("refused_feed")).isNull();
  }

  @Test
  void aViewIsFedByNothing() {
    define(view("read_only", "SELECT device, ts FROM meters", null));

    Problem refused =
        refusal(views.declare(view("fed_view", "SELECT device, ts FROM read_only", "read_only")));
    assertThat(refused.code()).isEqualTo(ProblemCode.VIEW_INVALID);
    assertThat(refused.detail()).contains("is a view");
  }

  @Test
  void aLoopOverOtherStreamsAndViewsIsRefused() {
    stream("first_of_loop", "");
    stream("second_of_loop", "");
    define(view("loop_there", "SELECT device, ts FROM first_of_loop", "second_of_loop"));
    define(view("loop_between", "SELECT device, ts FROM second_of_loop", null));

    Problem refused =
        refusal(
            views.declare(
                view("loop_back", "SELECT device, ts FROM loop_between", "first_of_loop")));

    assertThat(refused.code()).isEqualTo(ProblemCode.VIEW_INVALID);
    assertThat(refused.detail()).contains("without end");
    define(view("loop_out", "SELECT device, ts FROM loop_between", "archive"));
  }

  private static ViewDefinition view(String name, String sql, String into) {
    return new ViewDefinition(name, sql, Late.COUNT, Duration.ofDays(1), false).withInto(into);
  }

  private static DeclaredView define(ViewDefinition view) {
    return requireNonNull(views.declare(view).block(SOON));
  }

  private static void stream(String name, String more) {
    String json =
        """
        {"fields": [{"name": "device", "type": "STRING"}, {"name": "ts", "type": "TIMESTAMP"},
                    {"name": "kind", "type": "STRING", "nullable": true},
                    {"name": "since", "type": "TIMESTAMP", "nullable": true},
                    {"name": "v", "type": "LONG", "nullable": true}],
         "key": "device", "time": "ts"%s}
        """
            .formatted(more);
    catalog.declare(StreamJson.parse(name, json.getBytes(StandardCharsets.UTF_8))).block(SOON);
  }

  private static Problem refusal(Mono<?> change) {
    ProblemException refusal =
        catchThrowableOfType(ProblemException.class, () -> change.block(SOON));
    assertThat(refusal).isNotNull();
    return refusal.problem();
  }
}
