package dev.sluice.engine.catalog;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.Declared.Outcome;
import dev.sluice.engine.sql.ReadRights;
import dev.sluice.engine.view.ViewCatalog;
import dev.sluice.engine.view.ViewSettings;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import dev.sluice.model.table.TableDefinition;
import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.ViewDefinition.Late;
import dev.sluice.model.view.Webhook;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/** Views that are built anew, as the catalog has them; nothing writes their tables. */
class ViewBuildsTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final RecordingLog LOG = new RecordingLog();
  private static final String DEVICES = "SELECT device, COUNT(*) AS n FROM dials GROUP BY device";
  private static final String ALL = "SELECT device, ts FROM dials";
  private static Catalog catalog;
  private static ViewCatalog views;

  @BeforeAll
  static void open() {
    catalog = Catalog.open(CatalogSettings.of(TestServers.postgres()), LOG);
    views = new ViewCatalog(catalog, LOG, ViewSettings.DEFAULT);
    catalog.declare(stream("dials")).block(SOON);
  }

  @AfterAll
  static void close() {
    views.close();
    catalog.close();
  }

  @Test
  void anotherQueryIsBuiltBesideTheViewUntilItTakesItsPlace() {
    CatalogView before = define("turned", DEVICES).view();

    DeclaredView declared = define("turned", ALL);

    assertThat(declared.building()).isTrue();
    CatalogView build = requireNonNull(catalog.findBuild("turned"));
    assertThat(build).isEqualTo(declared.view());
    assertThat(build.generation()).isGreaterThan(before.generation());
    assertThat(build.group()).isNotEqualTo(before.group());
    assertThat(topic(build)).startsWith("view.turned.").isNotEqualTo(topic(before));
    assertThat(build.stream().definition().deadLetterTopic())
        .isEqualTo(topic(build).replace("view.", "dead."));
    assertThat(catalog.findView("turned")).isEqualTo(before);
    assertThat(catalog.find("turned")).isEqualTo(before.stream());
    assertThat(catalog.kept()).contains(before, build);
    assertThat(define("turned", ALL).outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(catalog.findBuild("turned")).isEqualTo(build);

    assertThat(finish(build)).isTrue();

    assertThat(catalog.findView("turned")).isEqualTo(build);
    assertThat(catalog.find("turned")).isEqualTo(build.stream());
    assertThat(catalog.findBuild("turned")).isNull();
    assertThat(catalog.kept()).contains(build).doesNotContain(before);
    assertThat(finish(build)).as("once").isFalse();
    LOG.calls.clear();
    catalog.sweep(Duration.ofDays(1)).block(SOON);
    assertThat(LOG.calls).as("others still read it").isEmpty();
    catalog.sweep(Duration.ofSeconds(-1)).block(SOON);
    assertThat(LOG.calls).contains("delete turned");
    LOG.calls.clear();
    catalog.sweep(Duration.ofSeconds(-1)).block(SOON);
    assertThat(LOG.calls).isEmpty();
  }

  @Test
  void theSameQueryIsBuiltAgainAndFollowsWhatElseChanges() {
    CatalogView before = define("twice", DEVICES).view();
    assertThat(views.rebuild("nobodys", false).blockOptional(SOON)).isEmpty();

    CatalogView first = requireNonNull(views.rebuild("twice", false).block(SOON)).view();
    CatalogView second = requireNonNull(views.rebuild("twice", false).block(SOON)).view();

    assertThat(second.generation()).isGreaterThan(first.generation());
    assertThat(finish(first)).as("it gave way to the second").isFalse();
    assertThat(topic(second)).isNotEqualTo(topic(first));
    assertThat(define("twice", DEVICES).outcome()).isEqualTo(Outcome.UNCHANGED);
    views.declare(view("twice", DEVICES, Duration.ofDays(9), null)).block(SOON);
    CatalogView followed = requireNonNull(catalog.findBuild("twice"));
    assertThat(followed.generation()).isEqualTo(second.generation());
    assertThat(followed.definition().retention()).isEqualTo(Duration.ofDays(9));
    assertThat(followed.stream().definition().storage().retention()).isEqualTo(Duration.ofDays(9));
    assertThat(requireNonNull(catalog.findView("twice")).generation())
        .isEqualTo(before.generation());
    assertThat(finish(followed)).isTrue();
    assertThat(catalog.findView("twice")).isEqualTo(followed);
  }

  @Test
  void aBuildIsCancelledByItselfAndByTheQueryThatTheViewHas() {
    CatalogView before = define("undone", DEVICES).view();
    assertThat(catalog.cancelBuild("undone").block(SOON)).isFalse();
    CatalogView build = define("undone", ALL).view();

    assertThat(catalog.cancelBuild("undone").block(SOON)).isTrue();

    assertThat(catalog.findBuild("undone")).isNull();
    assertThat(finish(build)).isFalse();
    define("undone", ALL);
    assertThat(define("undone", DEVICES).outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(catalog.findBuild("undone")).isNull();
    assertThat(catalog.findView("undone")).isEqualTo(before);
  }

  @Test
  void aViewThatAnotherOneReadsStaysAndWhatIsBuiltIsNotRead() {
    define("base", ALL);
    define("onbase", "SELECT device FROM base");

    Problem used = refusal(views.rebuild("base", false));
    assertThat(used.code()).isEqualTo(ProblemCode.VIEW_IN_USE);
    assertThat(used.detail()).contains("built anew").contains("onbase");
    assertThat(refusal(views.declare(view("base", DEVICES))).code())
        .isEqualTo(ProblemCode.VIEW_IN_USE);

    catalog.deleteView("onbase").block(SOON);
    views.rebuild("base", false).block(SOON);
    assertThat(refusal(views.declare(view("onbase", "SELECT device FROM base"))).code())
        .isEqualTo(ProblemCode.STREAM_CHANGED);
  }

  @Test
  void whatABuildReadsOrJoinsStaysAndNothingMoreWhenItIsDone() {
    catalog.declare(stream("dials_old")).block(SOON);
    catalog.declare(stream("dials_new")).block(SOON);
    for (String table : List.of("sites_old", "sites_new")) {
      catalog
          .declareTable(
              new TableDefinition(
                  table,
                  List.of(
                      new Field("device", FieldType.STRING, false),
                      new Field("site", FieldType.STRING, false)),
                  List.of("device")))
          .block(SOON);
    }
    define("moved", joined("dials_old", "sites_old"));
    CatalogView build = define("moved", joined("dials_new", "sites_new")).view();

    for (String table : List.of("sites_old", "sites_new")) {
      assertThat(refusal(catalog.deleteTable(table)).code()).isEqualTo(ProblemCode.TABLE_IN_USE);
    }
    for (String source : List.of("dials_old", "dials_new")) {
      assertThat(refusal(catalog.delete(source)).code()).isEqualTo(ProblemCode.STREAM_IN_USE);
    }

    assertThat(finish(build)).isTrue();
    assertThat(requireNonNull(catalog.findView("moved")).source()).isEqualTo("dials_new");
    assertThat(catalog.deleteTable("sites_old").block(SOON)).isTrue();
    assertThat(catalog.delete("dials_old").block(SOON)).isTrue();
    assertThat(refusal(catalog.deleteTable("sites_new")).code())
        .isEqualTo(ProblemCode.TABLE_IN_USE);
    assertThat(refusal(catalog.delete("dials_new")).code()).isEqualTo(ProblemCode.STREAM_IN_USE);
  }

  @Test
  void aViewThatIsDeletedTakesItsBuildAlong() {
    define("dropped", DEVICES);
    CatalogView build = define("dropped", ALL).view();
    LOG.calls.clear();

    assertThat(catalog.deleteView("dropped").block(SOON)).isTrue();

    assertThat(LOG.calls).containsExactly("delete dropped", "delete dropped");
    assertThat(catalog.findBuild("dropped")).isNull();
    assertThat(finish(build)).isFalse();
    define("dropped", DEVICES);
    LOG.calls.clear();
    catalog.sweep(Duration.ofSeconds(-1)).block(SOON);
    assertThat(LOG.calls).as("the topics are the new view's").doesNotContain("delete dropped");
  }

  @Test
  void aWebhookGoesOnWhereItWasToldOfTheFormerRows() {
    Instant told = Instant.parse("2026-11-20T12:00:00Z");
    Webhook all =
        new Webhook("https://hooks.example/rows", "whsec_" + "A".repeat(32), Instant.EPOCH);
    ViewDefinition definition = view("hooked_again", DEVICES, Duration.ofDays(1), all);
    views.declare(definition).block(SOON);
    CatalogView build = requireNonNull(views.rebuild("hooked_again", false).block(SOON)).view();

    catalog.finishBuild(build, List.of(), true, told).block(SOON);

    CatalogView after = requireNonNull(catalog.findView("hooked_again"));
    assertThat(requireNonNull(after.definition().webhook()).from()).isEqualTo(told);
    CatalogView next = requireNonNull(views.rebuild("hooked_again", false).block(SOON)).view();
    catalog.finishBuild(next, List.of(), true, told.minusSeconds(1)).block(SOON);
    assertThat(
            requireNonNull(requireNonNull(catalog.findView("hooked_again")).definition().webhook())
                .from())
        .isEqualTo(told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT device, COUNT(*) AS n FROM dials GROUP BY device | all of the log",
        "SELECT device, ts FROM dials | single events",
        "SELECT device, COUNT(*) AS n FROM dials GROUP BY SESSION(ts, INTERVAL '1' SECOND), device | session",
        "SELECT COUNT(*) AS n FROM dials GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), device | list"
      })
  void whatHasNoWindowsThatAreWholeKeepsNothing(String sql, String told) {
    views.declare(tabled("kept_not", sql)).block(SOON);

    Problem refused = refusal(views.rebuild("kept_not", true));

    assertThat(refused.code()).isEqualTo(ProblemCode.VIEW_INVALID);
    assertThat(refused.detail()).contains(told);
    assertThat(catalog.findBuild("kept_not")).isNull();
    catalog.deleteView("kept_not").block(SOON);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT device, COUNT(*) AS n FROM dials GROUP BY TUMBLE(ts, INTERVAL '2' SECOND), device | other windows",
        "SELECT device, MAX(ts) AS n FROM dials GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), device | other columns",
        "SELECT device FROM dials | other windows"
      })
  void whatWouldNotStandBesideTheRowsOfBeforeIsRefused(String sql, String told) {
    views.declare(tabled("kept_beside", windows(""))).block(SOON);

    Problem refused = refusal(views.declare(tabled("kept_beside", sql), true, ReadRights.ALL));

    assertThat(refused.code()).isEqualTo(ProblemCode.VIEW_INVALID);
    assertThat(refused.detail()).contains(told);
    assertThat(requireNonNull(catalog.findView("kept_beside")).definition().sql())
        .isEqualTo(windows(""));
    assertThat(catalog.findBuild("kept_beside")).isNull();
  }

  @Test
  void aViewWithoutATableHasNothingToKeep() {
    define("kept_nowhere", windows(""));

    assertThat(refusal(views.rebuild("kept_nowhere", true)).detail()).contains("no table");
  }

  @Test
  void whatIsKeptMustAllBeThere() {
    views.declare(tabled("kept_part", windows(""))).block(SOON);
    try {
      LOG.wholeFrom = 60_000;
      Problem open =
          refusal(
              views.declare(
                  tabled("kept_part", windows(" WHERE device > 'b'")), true, ReadRights.ALL));
      assertThat(open.code()).isEqualTo(ProblemCode.POSITION_EXPIRED);
      assertThat(open.detail()).contains("1970-01-01T00:01:00Z", "1970-01-01T00:01:00.999Z");

      LOG.wholeFrom = Long.MAX_VALUE;
      Problem empty = refusal(views.rebuild("kept_part", true));
      assertThat(empty.code()).isEqualTo(ProblemCode.POSITION_EXPIRED);
      assertThat(empty.detail()).contains("each of its partitions has events");
    } finally {
      LOG.wholeFrom = Long.MIN_VALUE;
    }
    assertThat(catalog.findBuild("kept_part")).isNull();
    CatalogView build = requireNonNull(views.rebuild("kept_part", true).block(SOON)).view();
    assertThat(requireNonNull(build.stream().definition().view()).from())
        .as("the log is whole")
        .isNull();
  }

  private static String windows(String where) {
    return "SELECT device, COUNT(*) AS n FROM dials%s GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), device"
        .formatted(where);
  }

  private static ViewDefinition tabled(String name, String sql) {
    return new ViewDefinition(name, sql, Late.COUNT, Duration.ofDays(1), true);
  }

  private static String joined(String source, String table) {
    return "SELECT d.device, t.site FROM %s d JOIN %s t ON t.device = d.device"
        .formatted(source, table);
  }

  private static String topic(CatalogView view) {
    return view.stream().definition().topic();
  }

  private static boolean finish(CatalogView build) {
    return requireNonNull(catalog.finishBuild(build, List.of(), true, null).block(SOON));
  }

  private static ViewDefinition view(String name, String sql) {
    return view(name, sql, Duration.ofDays(1), null);
  }

  private static ViewDefinition view(
      String name, String sql, Duration retention, @Nullable Webhook webhook) {
    return new ViewDefinition(name, sql, Late.COUNT, retention, false, webhook);
  }

  private static DeclaredView define(String name, String sql) {
    return requireNonNull(views.declare(view(name, sql)).block(SOON));
  }

  private static StreamDefinition stream(String name) {
    return StreamJson.parse(
        name,
        """
        {"fields": [{"name": "device", "type": "STRING"}, {"name": "ts", "type": "TIMESTAMP"}],
         "key": "device", "time": "ts"}
        """
            .getBytes(StandardCharsets.UTF_8));
  }

  private static Problem refusal(Mono<?> change) {
    ProblemException refusal =
        catchThrowableOfType(ProblemException.class, () -> change.block(SOON));
    assertThat(refusal).isNotNull();
    return refusal.problem();
  }
}
