package dev.sluice.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.ViewState;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.ViewDefinition.Late;
import dev.sluice.model.view.Webhook;
import dev.sluice.views.Questions.Answer;
import dev.sluice.views.webhook.Receiving;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Views that are built anew: whoever reads sees what was, or what is, and never half of it. */
class BuildsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long OF_BEFORE = 1_000_000;

  /** Several batches of each partition. */
  private static final int OLDER = 7_000;

  @Test
  void aViewThatIsBuiltAgainHasTheSameRowsAllTheTime() {
    try (ViewBed bed = new ViewBed();
        Pipeline pipeline = bed.pipeline()) {
      ViewEvents events = kept(bed, "same", 3);
      CatalogView before = bed.view("same_v");
      try (Watching watching = new Watching("SELECT count(*) FROM views.same_v")) {
        CatalogView build = bed.rebuild("same_v");
        await().atMost(LIMIT).until(() -> bed.view("same_v").generation() == build.generation());
        assertThat(watching.seen())
            .containsExactly("[" + events.windows(1_000, 1_000).size() + "]");
      }
      assertThat(bed.table("same_v"))
          .containsExactlyInAnyOrderElementsOf(events.windows(1_000, 1_000));
      assertThat(bed.rows("same_v"))
          .containsExactlyInAnyOrderElementsOf(events.windows(1_000, 1_000));
      assertThat(bed.isBuilding("same_v")).isFalse();
      await().atMost(LIMIT).until(() -> !bed.hasTopic(before.stream().definition().topic()));

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
  }

  @Test
  void whoAsksMeanwhileHasAllRowsOfOneOrTheOtherAndBeginsAnewAfterwards() {
    try (ViewBed bed = new ViewBed();
        Questions questions = bed.questions();
        Pipeline pipeline = bed.pipeline()) {
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
  void anotherQueryTakesThePlaceOfAllRowsAtOnce() {
    try (ViewBed bed = new ViewBed();
        Pipeline first = bed.pipeline();
        Pipeline second = bed.pipeline()) {
      ViewEvents events = kept(bed, "other", 2);
      int small = events.windows(1_000, 1_000).size();
      int large = events.windows(5_000, 5_000).size();
      try (Watching watching =
          new Watching(
              "SELECT count(*), count(DISTINCT window_end - window_start),"
                  + " extract(epoch FROM max(window_end - window_start))::int FROM views.other_v")) {
        bed.define("other_v", sums("other", 5), true);
        assertThat(bed.isBuilding("other_v")).isTrue();
        await().atMost(LIMIT).until(() -> !bed.isBuilding("other_v"));
        await().atMost(LIMIT).until(() -> watching.seen().size() == 2);
        assertThat(watching.seen())
            .containsExactlyInAnyOrder(
                "[%d, 1, 1]".formatted(small), "[%d, 1, 5]".formatted(large));
      }
      assertThat(bed.table("other_v"))
          .containsExactlyInAnyOrderElementsOf(events.windows(5_000, 5_000));
      assertThat(bed.view("other_v").definition().sql()).isEqualTo(sums("other", 5));
      bed.remove(List.of("other_v"));
    }
  }

  @Test
  void aProcessThatStopsIsFollowedByOneThatGoesOnWithTheBuild() {
    try (ViewBed bed = new ViewBed()) {
      ViewEvents events;
      CatalogView build;
      try (Pipeline first = bed.pipeline()) {
        events = kept(bed, "resumed", 2);
        build = bed.rebuild("resumed_v");
        await().atMost(LIMIT).until(() -> bed.state(build) != null);
      }
      try (Pipeline second = bed.pipeline()) {
        await().atMost(LIMIT).until(() -> bed.view("resumed_v").generation() == build.generation());
        assertThat(bed.table("resumed_v"))
            .containsExactlyInAnyOrderElementsOf(events.windows(1_000, 1_000));
        bed.remove(List.of("resumed_v"));
      }
    }
  }

  @Test
  void totalsAndRowsOfEventsAreBuiltAgainWithoutATable() {
    try (ViewBed bed = new ViewBed();
        Pipeline pipeline = bed.pipeline()) {
      bed.declare("plain", 2);
      bed.define(
          "plain_total", "SELECT k, COUNT(*) AS n, SUM(v) AS s FROM plain GROUP BY k", false);
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
  }

  @Test
  void whatTheLogHasNoMoreIsNotLost() {
    try (ViewBed bed = new ViewBed();
        Pipeline pipeline = bed.pipeline()) {
      ViewEvents events = kept(bed, "shorn", 2);
      CatalogView before = bed.view("shorn_v");
      bed.cutLog("shorn", 50);

      assertThatThrownBy(() -> bed.rebuild("shorn_v"))
          .isInstanceOfSatisfying(
              ProblemException.class,
              refusal -> {
                assertThat(refusal.problem().code()).isEqualTo(ProblemCode.POSITION_EXPIRED);
                assertThat(refusal.problem().detail()).contains("shorn", "shorn_v");
              });

      assertThat(bed.isBuilding("shorn_v")).isFalse();
      assertThat(bed.view("shorn_v")).isEqualTo(before);
      assertThat(bed.table("shorn_v"))
          .containsExactlyInAnyOrderElementsOf(events.windows(1_000, 1_000));
      bed.execute("DELETE FROM views.shorn_v");
      bed.rebuild("shorn_v");
      assertThat(bed.isBuilding("shorn_v")).as("nothing is lost").isTrue();
      bed.remove(List.of("shorn_v"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "saved_t, 'TUMBLE(ts, INTERVAL ''1'' SECOND)', 1000",
    "saved_h, 'HOP(ts, INTERVAL ''1'' SECOND, INTERVAL ''3'' SECOND)', 3000"
  })
  void whatTheLogHasNoMoreIsKeptWhereItIsSaidTo(String stream, String window, long size) {
    String view = stream + "_v";
    try (ViewBed bed = new ViewBed();
        Questions questions = bed.questions();
        Pipeline pipeline = bed.pipeline()) {
      bed.declare(stream, 2);
      bed.define(
          view,
          "SELECT k, COUNT(*) AS n, SUM(v) AS s FROM %s GROUP BY %s, k".formatted(stream, window),
          true);
      ViewEvents events = new ViewEvents(2, new Random(7));
      bed.send(stream, events.take(400));
      bed.end(stream, events.finish());
      awaitTable(bed, view, events.windows(size, 1_000));
      bed.cutLog(stream, 80);
      List<String> older = fill(bed, view, size);
      // So that it shows which rows are those of before.
      bed.execute("UPDATE views." + view + " SET s = s + " + OF_BEFORE);

      // It is asked again until the table has heard that its windows are closed.
      CatalogView build =
          await()
              .atMost(LIMIT)
              .ignoreExceptionsMatching(BuildsTest::isExpired)
              .until(() -> bed.rebuild(view, true), Objects::nonNull);

      await().atMost(LIMIT).until(() -> bed.view(view).generation() == build.generation());
      long from =
          Objects.requireNonNull(Objects.requireNonNull(build.stream().definition().view()).from())
              .toEpochMilli();
      older.addAll(events.windows(size, 1_000));
      List<String> all = keptBefore(from, older);
      assertThat(all).anyMatch(row -> isBefore(from, row)).anyMatch(row -> !isBefore(from, row));
      assertThat(bed.table(view)).containsExactlyInAnyOrderElementsOf(all);
      assertThat(bed.rows(view)).containsExactlyInAnyOrderElementsOf(all);
      assertThat(questions.ask(view, null).rows()).containsExactlyInAnyOrderElementsOf(all);

      older.removeAll(events.windows(size, 1_000));
      bed.send(stream, events.take(100));
      bed.end(stream, events.finish());
      older.addAll(events.windows(size, 1_000));
      awaitTable(bed, view, keptBefore(from, older));
      assertThat(bed.rows(view)).containsExactlyInAnyOrderElementsOf(keptBefore(from, older));
      bed.remove(List.of(view));
    }
  }

  private static boolean isExpired(Throwable failure) {
    return failure instanceof ProblemException refusal
        && refusal.problem().code() == ProblemCode.POSITION_EXPIRED;
  }

  /** Gives a view's table many rows of windows long ago, before all that are there. */
  private static List<String> fill(ViewBed bed, String view, long size) {
    int partitions = bed.view(view).stream().definition().storage().partitions();
    long begin = Instant.parse("2026-11-20T10:00:00Z").toEpochMilli();
    bed.execute("UPDATE views.%s SET _offset = _offset + %d".formatted(view, OLDER));
    bed.execute(
        """
        INSERT INTO views.%s (window_start, window_end, k, n, s, _partition, _offset, _time)
        SELECT to_timestamp(t / 1000), to_timestamp((t + %d) / 1000), 'old', 1, g, g %% %d, g,
          to_timestamp((t + %d) / 1000) - INTERVAL '1 ms'
        FROM (SELECT g, %d + 1000 * g AS t FROM generate_series(0, %d - 1) AS g) AS old
        """
            .formatted(view, size, partitions, size, begin, OLDER));
    List<String> rows = new ArrayList<>();
    for (int g = 0; g < OLDER; g++) {
      long start = begin + 1_000L * g;
      rows.add(start + " " + (start + size) + " old 1 " + g);
    }
    return rows;
  }

  private static boolean isBefore(long from, String row) {
    return Long.parseLong(row.split(" ")[0]) < from;
  }

  private static List<String> keptBefore(long from, List<String> rows) {
    return rows.stream()
        .map(
            row -> {
              int sum = row.lastIndexOf(' ') + 1;
              return isBefore(from, row)
                  ? row.substring(0, sum) + (Long.parseLong(row.substring(sum)) + OF_BEFORE)
                  : row;
            })
        .toList();
  }

  @Test
  void whatDependsOnTheFormerTableHindersTheBuildUntilItIsGone() {
    try (ViewBed bed = new ViewBed();
        Pipeline pipeline = bed.pipeline()) {
      ViewEvents events = kept(bed, "held", 1);
      bed.execute("CREATE VIEW public.on_held AS SELECT k FROM views.held_v");
      CatalogView build = bed.rebuild("held_v");

      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> {
                ViewState state = bed.state(build);
                assertThat(state).isNotNull();
                assertThat(state.failure()).isNotNull();
                assertThat(state.failure().detail()).contains("depend");
              });
      assertThat(bed.isBuilding("held_v")).isTrue();
      bed.execute("DROP VIEW public.on_held");

      await().atMost(LIMIT).until(() -> bed.view("held_v").generation() == build.generation());
      assertThat(bed.table("held_v"))
          .containsExactlyInAnyOrderElementsOf(events.windows(1_000, 1_000));
      bed.remove(List.of("held_v"));
    }
  }

  @Test
  void aBuildThatFailsSaysWhyAndTheViewIsAsItWas() {
    try (ViewBed bed = new ViewBed();
        Pipeline pipeline = bed.pipeline()) {
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

      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> {
                ViewState state = bed.state(build);
                assertThat(state).isNotNull();
                assertThat(state.failure()).isNotNull();
                assertThat(state.failure().code()).isEqualTo(ProblemCode.QUERY_OVERFLOW);
              });

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
      await().atMost(LIMIT).until(() -> !bed.hasTopic(build.stream().definition().topic()));
      bed.remove(List.of("spoilt_v"));
    }
  }

  @Test
  void aWebhookIsToldOfNewRowsAloneAfterwards() throws Exception {
    try (Receiving receiver = new Receiving(post -> 200);
        ViewBed bed = new ViewBed();
        Pipeline pipeline = bed.pipeline()) {
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

  /** A view {@code <stream>_v} of windows of 1 s that has all that is in its stream. */
  private static ViewEvents kept(ViewBed bed, String stream, int partitions) {
    bed.declare(stream, partitions);
    bed.define(stream + "_v", sums(stream, 1), true);
    ViewEvents events = new ViewEvents(partitions, new Random(partitions));
    bed.send(stream, events.take(300));
    bed.end(stream, events.finish());
    awaitTable(bed, stream + "_v", events.windows(1_000, 1_000));
    return events;
  }

  private static void awaitTable(ViewBed bed, String view, List<String> rows) {
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(bed.table(view)).containsExactlyInAnyOrderElementsOf(rows));
  }

  private static String sums(String stream, int seconds) {
    return "SELECT k, COUNT(*) AS n, SUM(v) AS s FROM %s GROUP BY TUMBLE(ts, INTERVAL '%d' SECOND), k"
        .formatted(stream, seconds);
  }

  private static ViewDefinition view(String name, String sql, @Nullable Webhook webhook) {
    return new ViewDefinition(name, sql, Late.COUNT, Duration.ofDays(36_500), true, webhook);
  }

  /** Asks PostgreSQL the same again and again, from a connection of its own. */
  private static final class Watching implements AutoCloseable {
    private final Set<String> seen = new TreeSet<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CompletableFuture<Void> asking;

    Watching(String sql) {
      asking =
          CompletableFuture.runAsync(
              () -> {
                while (!ended.get()) {
                  String row = ViewBed.select(sql).get(0).toString();
                  synchronized (seen) {
                    seen.add(row);
                  }
                }
              });
    }

    Set<String> seen() {
      synchronized (seen) {
        return Set.copyOf(seen);
      }
    }

    @Override
    public void close() {
      ended.set(true);
      Objects.requireNonNull(asking).join();
    }
  }
}
