package dev.sluice.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.conformance.ConformanceInput;
import dev.sluice.engine.conformance.ConformanceOracle;
import dev.sluice.engine.conformance.ConformanceTable.Case;
import dev.sluice.engine.conformance.ResultRows;
import dev.sluice.engine.query.LiveQuery.OutputColumn;
import dev.sluice.engine.table.Identifiers;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.ViewSource.Kind;
import dev.sluice.views.ViewCases.Question;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The conformance suite the fourth way: as views, of one and of three source partitions (where a
 * case does not say itself which partition an event is in), kept by one and by two pipelines. A
 * score of cases side by side, each once with one partition and once with three; {@code
 * -Dsluice.conformance.views=all} for all of them, each in all four ways.
 */
class ViewConformanceTest {
  private static final boolean ALL = "all".equals(System.getProperty("sluice.conformance.views"));
  private static final int SCORE = 20;
  private static final int FAILING = 6;
  private static final int LEAST_CASES = 120;
  private static final int[] PARTITIONS = {1, 3};
  private static final long SEED = 20261121;
  private static final Duration LIMIT = Duration.ofSeconds(120);

  private static final ViewCases CASES = new ViewCases();
  private static final Set<ConformanceInput> FED = new HashSet<>();
  private static ViewBed bed;
  private static ConformanceOracle oracle;

  /** A question that is kept. */
  private record Kept(Question question, CatalogView view, List<List<@Nullable Object>> expected) {
    List<OutputColumn> columns() {
      return ViewConformanceTest.columns(view.stream());
    }
  }

  @BeforeAll
  static void start() {
    bed = new ViewBed();
    oracle = new ConformanceOracle("conformance", CASES.inputs());
  }

  @AfterAll
  static void stop() {
    oracle.close();
    bed.close();
  }

  @Test
  void mostCasesCanBeViewsAndTheOthersAreRefusedWithTheirOwnProblemOrAsNoView() {
    assertThat(answered()).hasSizeGreaterThanOrEqualTo(LEAST_CASES);
    CASES
        .refused()
        .forEach(
            (c, problem) ->
                assertThat(problem.code().name())
                    .as("%s: %s", c, problem.detail())
                    .isIn(c.problem(), "QUERY_UNSUPPORTED", "VIEW_INVALID"));
  }

  @ParameterizedTest(name = "{0} pipelines")
  @ValueSource(ints = {1, 2})
  void viewHasTheRowsOfTheCaseInItsTopicAndInItsTable(int pipelines) {
    List<Pipeline> running = new ArrayList<>();
    try {
      for (int i = 0; i < pipelines; i++) {
        running.add(bed.pipeline());
      }
      List<String> wrong = new ArrayList<>();
      for (List<Question> portion : portions(pipelines)) {
        wrong.addAll(check(portion));
      }
      assertThat(wrong).isEmpty();
    } finally {
      running.forEach(Pipeline::close);
    }
  }

  @Test
  void viewThatCannotGoOnSaysTheProblemOfTheCase() {
    List<Case> cases = CASES.kept().stream().filter(c -> !c.isAnswered()).toList();
    List<Question> questions =
        cases.stream()
            .limit(ALL ? cases.size() : FAILING)
            .map(c -> CASES.question(c, 3, "_failing"))
            .toList();
    List<CatalogView> views = define(questions);
    try (Pipeline pipeline = bed.pipeline()) {
      for (int i = 0; i < views.size(); i++) {
        CatalogView view = views.get(i);
        String wanted = questions.get(i).asked().problem();
        await()
            .atMost(LIMIT)
            .untilAsserted(
                () ->
                    assertThat(bed.state(view))
                        .as("%s", wanted)
                        .matches(s -> s != null && s.failure() != null)
                        .extracting(s -> s.failure().code().name())
                        .isEqualTo(wanted));
      }
    } finally {
      bed.remove(views.stream().map(CatalogView::name).toList());
    }
  }

  private static List<Case> answered() {
    return CASES.kept().stream().filter(Case::isAnswered).toList();
  }

  /** A score of views at a time, of all topics alike: a view has threads of its own. */
  private static List<List<Question>> portions(int pipelines) {
    List<Case> cases = answered();
    int count = (cases.size() + SCORE - 1) / SCORE;
    List<List<Question>> portions = new ArrayList<>();
    for (int n = 0; n < (ALL ? count : 1); n++) {
      List<Question> one = new ArrayList<>();
      List<Question> other = new ArrayList<>();
      for (int i = n; i < cases.size(); i += count) {
        int which = (i / count + pipelines) % PARTITIONS.length;
        String as = "_by_" + pipelines;
        one.add(CASES.question(cases.get(i), PARTITIONS[which], as));
        other.add(CASES.question(cases.get(i), PARTITIONS[1 - which], as));
      }
      portions.add(one);
      if (ALL) {
        portions.add(other);
      }
    }
    return portions;
  }

  /**
   * Their inputs come once, while the first views of them run: all others have them from the log.
   */
  private static List<CatalogView> define(List<Question> questions) {
    Set<ConformanceInput> fresh = new LinkedHashSet<>();
    questions.forEach(question -> fresh.addAll(question.inputs()));
    fresh.removeAll(FED);
    bed.declare(fresh.stream().map(ConformanceInput::stream).toList());
    List<CatalogView> views = bed.define(questions.stream().map(Question::definition).toList());
    Random random = new Random(SEED);
    fresh.forEach(input -> input.write(bed.writer(input.stream().name()), random));
    FED.addAll(fresh);
    return views;
  }

  private static List<String> check(List<Question> portion) {
    List<CatalogView> views = define(portion);
    List<Kept> kept = new ArrayList<>();
    for (int i = 0; i < views.size(); i++) {
      CatalogView view = views.get(i);
      List<List<@Nullable Object>> rows =
          oracle.rows(portion.get(i).asked(), columns(view.stream()));
      kept.add(new Kept(portion.get(i), view, ResultRows.sorted(rows)));
    }
    try (ViewTopics topics = new ViewTopics(views.stream().map(CatalogView::stream).toList())) {
      return wrong(kept, topics);
    } finally {
      bed.remove(views.stream().map(CatalogView::name).toList());
    }
  }

  /** What is wrong with those that do not have their rows in time. */
  private static List<String> wrong(List<Kept> views, ViewTopics topics) {
    List<Kept> left = new ArrayList<>(views);
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!left.isEmpty() && System.nanoTime() < end) {
      topics.poll();
      left.removeIf(kept -> isComplete(kept, topics) && difference(kept, topics) == null);
    }
    return left.stream()
        .map(
            kept ->
                kept.question().asked()
                    + " as "
                    + kept.view().name()
                    + (isComplete(kept, topics) ? ": " : " is not through: ")
                    + difference(kept, topics))
        .toList();
  }

  /** Whether all rows are there; of running totals the newest count, whenever they come. */
  private static boolean isComplete(Kept kept, ViewTopics topics) {
    return kept.view().kind() == Kind.TOTAL
        || topics.isThrough(kept.view().stream(), ConformanceInput.END);
  }

  private static @Nullable String difference(Kept kept, ViewTopics topics) {
    CatalogStream view = kept.view().stream();
    try {
      ResultRows.assertEqual(
          ResultRows.sorted(
              kept.view().kind() == Kind.TOTAL ? topics.newest(view) : topics.rows(view)),
          kept.expected());
    } catch (AssertionError e) {
      return "topic: " + e.getMessage();
    }
    try {
      ResultRows.assertEqual(
          ResultRows.sorted(oracle.rows(tableRows(kept), kept.columns())), kept.expected());
    } catch (AssertionError e) {
      return "table: " + e.getMessage();
    }
    return null;
  }

  private static String tableRows(Kept kept) {
    return kept.columns().stream()
        .map(
            column ->
                Identifiers.column(column.name())
                    + (column.type() == FieldType.TIMESTAMP ? " AT TIME ZONE 'UTC'" : ""))
        .collect(
            Collectors.joining(", ", "SELECT ", " FROM " + Identifiers.table(kept.view().name())));
  }

  private static List<OutputColumn> columns(CatalogStream view) {
    return view.definition().fields().stream()
        .map(field -> new OutputColumn(field.name(), field.type()))
        .toList();
  }
}
