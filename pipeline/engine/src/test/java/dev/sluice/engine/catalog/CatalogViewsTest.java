package dev.sluice.engine.catalog;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.Declared.Outcome;
import dev.sluice.engine.view.ViewCatalog;
import dev.sluice.engine.view.ViewSettings;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.ViewDefinition.Late;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class CatalogViewsTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final RecordingLog LOG = new RecordingLog();
  private static Catalog catalog;
  private static ViewCatalog views;

  @BeforeAll
  static void open() {
    catalog = Catalog.open(CatalogSettings.of(TestServers.postgres()), LOG);
    views = new ViewCatalog(catalog, LOG, ViewSettings.DEFAULT);
    catalog.declare(stream("gauges", "")).block(SOON);
  }

  @AfterAll
  static void close() {
    views.close();
    catalog.close();
  }

  @AfterEach
  void bringTheLogBack() {
    LOG.away = false;
  }

  @Test
  void aViewIsShownBesideTheStreamThatItIs() {
    DeclaredView declared = define("hot", byDevice("gauges"));

    assertThat(declared.outcome()).isEqualTo(Outcome.CREATED);
    CatalogView view = requireNonNull(catalog.findView("hot"));
    assertThat(view).isEqualTo(declared.view());
    assertThat(catalog.views()).contains(view);
    assertThat(catalog.find("hot")).isEqualTo(view.stream());
    assertThat(view.source()).isEqualTo("gauges");
    assertThat(view.stream().schemaId()).isPositive();
    assertThat(catalog.revision()).isGreaterThanOrEqualTo(view.generation());
    assertThat(LOG.calls).contains("create hot");
    assertThat(catalog.findView("gauges")).isNull();
  }

  @Test
  void aViewThatGroupsHasThePartitionsOfTheTopicBetweenItsStagesThatIsThere() {
    LOG.partitionsThere = 6;
    try (ViewCatalog late = new ViewCatalog(catalog, LOG, ViewSettings.DEFAULT)) {
      late.declare(view("spread", byDevice("gauges"))).block(SOON);
      late.declare(view("unspread", "SELECT device, ts FROM gauges")).block(SOON);
    } finally {
      LOG.partitionsThere = 0;
    }

    assertThat(partitions("spread")).isEqualTo(6);
    assertThat(partitions("unspread")).isEqualTo(partitions("gauges"));
  }

  private static int partitions(String name) {
    return requireNonNull(catalog.find(name)).definition().storage().partitions();
  }

  @Test
  void theSameAgainIsUnchanged() {
    DeclaredView first = define("steady", byDevice("gauges"));

    DeclaredView again = define("steady", byDevice("gauges"));
    assertThat(again.outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(again.view()).isEqualTo(first.view());
  }

  @Test
  void whatDoesNotChangeRowsMayChange() {
    DeclaredView first = define("adjusted", byDevice("gauges"));

    DeclaredView changed =
        requireNonNull(
            views
                .declare(
                    new ViewDefinition(
                        "adjusted",
                        byDevice("gauges"),
                        Late.DEAD_LETTER,
                        Duration.ofDays(30),
                        false))
                .block(SOON));

    assertThat(changed.outcome()).isEqualTo(Outcome.CHANGED);
    assertThat(changed.view().generation()).isEqualTo(first.view().generation());
    assertThat(changed.view().definition().late()).isEqualTo(Late.DEAD_LETTER);
    assertThat(changed.view().stream().definition().storage().retention())
        .isEqualTo(Duration.ofDays(30));
    assertThat(catalog.findView("adjusted")).isEqualTo(changed.view());
  }

  @Test
  void streamsAndViewsShareTheirNames() {
    define("taken", byDevice("gauges"));

    assertThat(refusal(catalog.declare(stream("taken", ""))).code())
        .isEqualTo(ProblemCode.NAME_TAKEN);
    assertThat(refusal(catalog.delete("taken")).code()).isEqualTo(ProblemCode.NAME_TAKEN);
    assertThat(refusal(views.declare(view("gauges", byDevice("gauges")))).code())
        .isEqualTo(ProblemCode.NAME_TAKEN);
    assertThat(refusal(catalog.deleteView("gauges")).code()).isEqualTo(ProblemCode.NAME_TAKEN);
    assertThat(refusal(catalog.declare(requireNonNull(catalog.find("taken")).definition())).code())
        .isEqualTo(ProblemCode.STREAM_INVALID);
  }

  @Test
  void whatAViewReadsStaysAsItIs() {
    catalog.declare(stream("spring", "")).block(SOON);
    define("brook", byDevice("spring"));
    define(
        "river", "SELECT MAX(n) AS n FROM brook GROUP BY TUMBLE(window_end, INTERVAL '1' MINUTE)");

    Problem used = refusal(catalog.delete("spring"));
    assertThat(used.code()).isEqualTo(ProblemCode.STREAM_IN_USE);
    assertThat(used.detail()).contains("read by the view brook");
    assertThat(refusal(catalog.declare(stream("spring", ", \"lateness\": \"PT9S\""))).code())
        .isEqualTo(ProblemCode.STREAM_IN_USE);
    assertThat(
            requireNonNull(
                    catalog.declare(stream("spring", ", \"retention\": \"P1D\"")).block(SOON))
                .outcome())
        .isEqualTo(Outcome.CHANGED);
    assertThat(refusal(catalog.deleteView("brook")).code()).isEqualTo(ProblemCode.VIEW_IN_USE);

    assertThat(catalog.deleteView("river").block(SOON)).isTrue();
    assertThat(catalog.deleteView("brook").block(SOON)).isTrue();
    assertThat(catalog.delete("spring").block(SOON)).isTrue();
    assertThat(catalog.findView("brook")).isNull();
    assertThat(catalog.find("brook")).isNull();
    assertThat(LOG.calls).containsSubsequence("delete river", "delete brook", "delete spring");
  }

  @Test
  void aViewThatIsDefinedAnewHasAnotherGeneration() {
    DeclaredView first = define("reborn", byDevice("gauges"));
    catalog.deleteView("reborn").block(SOON);
    assertThat(catalog.deleteView("reborn").block(SOON)).isFalse();

    DeclaredView second = define("reborn", byDevice("gauges"));

    assertThat(second.outcome()).isEqualTo(Outcome.CREATED);
    assertThat(second.view().generation()).isGreaterThan(first.view().generation());
    assertThat(second.view().group()).isNotEqualTo(first.view().group());
  }

  @Test
  void nothingIsDefinedWithoutItsTopicAndADeletionIsFinishedLater() {
    LOG.away = true;
    assertThat(refusal(views.declare(view("waiting", byDevice("gauges")))).code())
        .isEqualTo(ProblemCode.LOG_UNAVAILABLE);
    assertThat(catalog.findView("waiting")).isNull();
    LOG.away = false;
    define("waiting", byDevice("gauges"));

    LOG.away = true;
    assertThat(refusal(catalog.deleteView("waiting")).code())
        .isEqualTo(ProblemCode.LOG_UNAVAILABLE);
    assertThat(catalog.findView("waiting")).isNull();
    LOG.away = false;
    LOG.calls.clear();

    assertThat(define("waiting", "SELECT device FROM gauges").outcome()).isEqualTo(Outcome.CREATED);
    assertThat(LOG.calls).containsSubsequence("delete waiting", "create waiting");
  }

  @Test
  void aQueryThatWasPlannedAgainstAnotherStreamIsNotEntered() {
    catalog.declare(stream("shifting", "")).block(SOON);
    CatalogStream before = requireNonNull(catalog.find("shifting"));
    StreamDefinition result = define("shifted", byDevice("shifting")).view().stream().definition();
    catalog.deleteView("shifted").block(SOON);
    catalog.declare(stream("shifting", ", \"lateness\": \"PT9S\"")).block(SOON);

    Problem refusal =
        refusal(
            catalog.declareView(
                new PlannedView(view("shifted", byDevice("shifting")), result, before, List.of())));

    assertThat(refusal.code()).isEqualTo(ProblemCode.STREAM_CHANGED);
    assertThat(catalog.findView("shifted")).isNull();
  }

  @Test
  void textThatLooksLikeAStatementIsKeptAsText() {
    String sql = "SELECT device, '''); DROP SCHEMA sluice CASCADE; --' AS note FROM gauges";

    define("harmless", sql);

    try (Catalog other = Catalog.open(CatalogSettings.of(TestServers.postgres()), LOG)) {
      assertThat(requireNonNull(other.findView("harmless")).definition().sql()).isEqualTo(sql);
      assertThat(other.findView("harmless")).isEqualTo(catalog.findView("harmless"));
    }
  }

  @Test
  void anotherProcessLearnsOfEveryChange() {
    try (Catalog other = Catalog.open(CatalogSettings.of(TestServers.postgres()), LOG)) {
      List<String> changes = new CopyOnWriteArrayList<>();
      other.onChange(
          name ->
              changes.add(
                  name
                      + (other.findView(name) == null
                          ? " is gone"
                          : " " + requireNonNull(other.findView(name)).definition().late())));

      define("told", byDevice("gauges"));
      await().atMost(SOON).until(() -> changes.contains("told COUNT"));
      assertThat(other.findView("told")).isEqualTo(catalog.findView("told"));

      views
          .declare(
              new ViewDefinition(
                  "told", byDevice("gauges"), Late.DEAD_LETTER, Duration.ofDays(1), true))
          .block(SOON);
      await().atMost(SOON).until(() -> changes.contains("told DEAD_LETTER"));

      catalog.deleteView("told").block(SOON);
      await().atMost(SOON).until(() -> changes.contains("told is gone"));
    }
  }

  @Test
  void ofTwoDefinitionsAtOnceOneIsUnchanged() {
    try (Catalog other = Catalog.open(CatalogSettings.of(TestServers.postgres()), LOG);
        ViewCatalog otherViews = new ViewCatalog(other, LOG, ViewSettings.DEFAULT)) {
      List<DeclaredView> both =
          requireNonNull(
              Mono.zip(
                      views.declare(view("raced", byDevice("gauges"))),
                      otherViews.declare(view("raced", byDevice("gauges"))))
                  .map(two -> List.of(two.getT1(), two.getT2()))
                  .block(SOON));

      assertThat(both)
          .extracting(DeclaredView::outcome)
          .containsExactlyInAnyOrder(Outcome.CREATED, Outcome.UNCHANGED);
    }
  }

  private static String byDevice(String source) {
    return "SELECT device, COUNT(*) AS n FROM "
        + source
        + " GROUP BY TUMBLE("
        + (source.equals("brook") ? "window_end" : "ts")
        + ", INTERVAL '10' SECOND), device";
  }

  private static ViewDefinition view(String name, String sql) {
    return new ViewDefinition(name, sql, Late.COUNT, Duration.ofDays(1), true);
  }

  private static DeclaredView define(String name, String sql) {
    return requireNonNull(views.declare(view(name, sql)).block(SOON));
  }

  private static StreamDefinition stream(String name, String more) {
    return StreamJson.parse(
        name,
        """
        {"fields": [{"name": "device", "type": "STRING"}, {"name": "ts", "type": "TIMESTAMP"}],
         "key": "device", "time": "ts"%s}
        """
            .formatted(more)
            .getBytes(StandardCharsets.UTF_8));
  }

  private static Problem refusal(Mono<?> change) {
    ProblemException refusal =
        catchThrowableOfType(ProblemException.class, () -> change.block(SOON));
    assertThat(refusal).isNotNull();
    return refusal.problem();
  }
}
