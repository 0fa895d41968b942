package dev.sluice.views;

import static dev.sluice.views.BuiltViews.LIMIT;
import static dev.sluice.views.BuiltViews.awaitTable;
import static dev.sluice.views.BuiltViews.kept;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Views that are built anew of a log whose beginning retention has cut off. */
class ShornLogTest {
  private static final long OF_BEFORE = 1_000_000;

  /** Several batches of each partition. */
  private static final int OLDER = 7_000;

  private static ViewBed bed;
  private static Pipeline pipeline;

  @BeforeAll
  static void start() {
    bed = new ViewBed();
    pipeline = bed.pipeline();
  }

  @AfterAll
  static void stop() {
    pipeline.close();
    bed.close();
  }

  @Test
  void whatTheLogHasNoMoreIsNotLost() {
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

  @ParameterizedTest
  @CsvSource({
    "saved_t, 'TUMBLE(ts, INTERVAL ''1'' SECOND)', 1000",
    "saved_h, 'HOP(ts, INTERVAL ''1'' SECOND, INTERVAL ''3'' SECOND)', 3000"
  })
  void whatTheLogHasNoMoreIsKeptWhereItIsSaidTo(String stream, String window, long size) {
    String view = stream + "_v";
    try (Questions questions = bed.questions()) {
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
              .ignoreExceptionsMatching(ShornLogTest::isExpired)
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
}
