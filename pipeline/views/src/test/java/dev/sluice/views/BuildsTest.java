package dev.sluice.views;

import static dev.sluice.views.BuiltViews.LIMIT;
import static dev.sluice.views.BuiltViews.awaitFailure;
import static dev.sluice.views.BuiltViews.kept;
import static dev.sluice.views.BuiltViews.sums;
import static dev.sluice.views.BuiltViews.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.ViewState;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.view.Webhook;
import dev.sluice.views.Questions.Answer;
import dev.sluice.views.webhook.Receiving;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Views that are built anew: whoever reads sees what was, or what is, and never half of it. */
class BuildsTest {
  private static ViewBed bed;
  private static Pipeline pipeline;

  /** Topics of what views were, or were to be. */
  private static final List<String> left = new ArrayList<>();

  @BeforeAll
  static void start() {
    bed = new ViewBed();
    pipeline = bed.pipeline();
  }

  @AfterAll
  static void whatNobodySeesAnyMoreHasGone() {
    await().atMost(LIMIT).until(() -> left.stream().noneMatch(bed::hasTopic));
    pipeline.close();
    bed.close();
  }

  @Test
  void aViewThatIsBuiltAgainHasTheSameRowsAllTheTime() {
    ViewEvents events = kept(bed, "same", 3);
    CatalogView before = bed.view("same_v");
    try (Watching watching = new Watching("SELECT count(*) FROM views.same_v")) {
      CatalogView build = bed.rebuild("same_v");
      await().atMost(LIMIT).until(() -> bed.view("same_v").generation() == build.generation());
      assertThat(watching.seen()).containsExactly("[" + events.windows(1_000, 1_000).size() + "]");
    }
    assertThat(bed.table("same_v"))
        .containsExactlyInAnyOrderElementsOf(events.windows(1_000, 1_000));
    assertThat(bed.rows("same_v"))
        .containsExactlyInAnyOrderElementsOf(events.windows(1_000, 1_000));
    assertThat(bed.isBuilding("same_v")).isFalse();
    left.add(before.stream().definition().topic());

    bed.send("same", events.take(100));
    bed.end("same", events.finish());
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(bed.table("same_v"))
                    .containsExactlyInAnyOrderElementsOf(events.windows(1_000, 1_000)));
    bed.remove(List.of("same_v"));
  }

  @Test
  void whoAsksMeanwhileHasAllRowsOfOneOrTheOtherAndBeginsAnewAfterwards() {
    try (Questions questions = bed.questions()) {
      ViewEvents events = kept(bed, "asked", 2);
      Set<String> former = Set.copyOf(events.windows(1_000, 1_000));
      Set<String> later = Set.copyOf(events.windows(5_000, 5_000));
      String token = questions.ask("asked_v", null).token();
      bed.define("asked_v", sums("asked", 5), true);
      long build = bed.building("asked_v").generation();

      Answer answer;
      do {
        boolean done = bed.view("asked_v").generation() == build;
        answer = ask(questions, "asked_v");
        if (answer.error() == null) {
          assertThat(answer.rows()).doesNotHaveDuplicates();
          assertThat(Set.copyOf(answer.rows())).isIn(former, later);
          assertThat(done && Set.copyOf(answer.rows()).equals(former)).isFalse();
        } else {
          assertThat(answer.error()).isEqualTo(ProblemCode.STREAM_CHANGED.name());
        }
      } while (answer.error() != null || !Set.copyOf(answer.rows()).equals(later));

      assertThatThrownBy(() -> questions.ask("asked_v", token))
          .isInstanceOfSatisfying(
              ProblemException.class,
              refusal -> {
                assertThat(refusal.problem().code()).isEqualTo(ProblemCode.STREAM_CHANGED);
                assertThat(refusal.problem().detail()).contains("ask anew without one");
              });
      bed.remove(List.of("asked_v"));
    }
  }

  private static Answer ask(Questions questions, String view) {
    try {
      return questions.ask(view, null);
    } catch (ProblemException e) {
      return new Answer(List.of(), "", e.problem().code().name());
    }
  }

  @Test
  void totalsAndRowsOfEventsAreBuiltAgainWithoutATable() {
    bed.declare("plain", 2);
    bed.define("plain_total", "SELECT k, COUNT(*) AS n, SUM(v) AS s FROM plain GROUP BY k", false);
    bed.define("plain_rows", "SELECT k, v * 10 AS w FROM plain WHERE v > 50", false);
    ViewEvents events = new ViewEvents(2, new Random(2));
    bed.send("plain", events.take(200));
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(bed.latest("plain_total")).isEqualTo(events.totals()));

    CatalogView total = bed.rebuild("plain_total");
    CatalogView rows = bed.rebuild("plain_rows");

    await()
        .atMost(LIMIT)
        .until(
            () ->
                bed.view("plain_total").generation() == total.generation()
                    && bed.view("plain_rows").generation() == rows.generation());
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(bed.latest("plain_total")).isEqualTo(events.totals()));
    assertThat(bed.rows("plain_rows")).containsExactlyInAnyOrderElementsOf(events.derived());
    bed.remove(List.of("plain_total", "plain_rows"));
  }

  @Test
  void whatDependsOnTheFormerTableHindersTheBuildUntilItIsGone() {
    ViewEvents events = kept(bed, "held", 1);
    bed.execute("CREATE VIEW public.on_held AS SELECT k FROM views.held_v");
    CatalogView build = bed.rebuild("held_v");

    ViewState hindered = awaitFailure(bed, build, ProblemCode.CATALOG_UNAVAILABLE);
    assertThat(Objects.requireNonNull(hindered.failure()).detail()).contains("depend");
    assertThat(bed.isBuilding("held_v")).isTrue();
    bed.execute("DROP VIEW public.on_held");

    await().atMost(LIMIT).until(() -> bed.view("held_v").generation() == build.generation());
    assertThat(bed.table("held_v"))
        .containsExactlyInAnyOrderElementsOf(events.windows(1_000, 1_000));
    bed.remove(List.of("held_v"));
  }

  @Test
  void aBuildThatFailsSaysWhyAndTheViewIsAsItWas() {
    ViewEvents events = kept(bed, "spoilt", 1);
    CatalogView before = bed.view("spoilt_v");
    CatalogView build =
        bed.define(
                List.of(
                    view(
                        "spoilt_v",
                        "SELECT k, SUM(v + 9223372036854775000) AS s FROM spoilt"
                            + " GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), k",
                        null)))
            .get(0);

    awaitFailure(bed, build, ProblemCode.QUERY_OVERFLOW);

    assertThat(bed.view("spoilt_v")).isEqualTo(before);
    bed.send("spoilt", events.take(50));
    bed.end("spoilt", events.finish());
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(bed.table("spoilt_v"))
                    .containsExactlyInAnyOrderElementsOf(events.windows(1_000, 1_000)));
    assertThat(bed.isBuilding("spoilt_v")).isTrue();
    bed.cancelBuild("spoilt_v");
    left.add(build.stream().definition().topic());
    bed.remove(List.of("spoilt_v"));
  }

  @Test
  void aWebhookIsToldOfNewRowsAloneAfterwards() throws Exception {
    try (Receiving receiver = new Receiving(post -> 200)) {
      bed.declare("rung", 1);
      bed.define(
          List.of(
              view(
                  "rung_v",
                  sums("rung", 1),
                  new Webhook(receiver.url(), "whsec_" + "A".repeat(32), Instant.EPOCH))));
      ViewEvents events = new ViewEvents(1, new Random(1));
      bed.send("rung", events.take(100));
      bed.end("rung", events.finish());
      Set<String> first = new HashSet<>(events.windows(1_000, 1_000));
      await().atMost(LIMIT).until(() -> receiver.posts.size() >= first.size());

      CatalogView build = bed.rebuild("rung_v");
      await().atMost(LIMIT).until(() -> bed.view("rung_v").generation() == build.generation());
      bed.send("rung", events.take(100));
      bed.end("rung", events.finish());

      int all = events.windows(1_000, 1_000).size();
      assertThat(all).isGreaterThan(first.size());
      await().atMost(LIMIT).until(() -> receiver.posts.size() >= all);
      assertThat(receiver.posts).hasSize(all);
      bed.remove(List.of("rung_v"));
    }
  }
}
