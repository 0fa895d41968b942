package dev.sluice.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A stream gets other fields while it is written, asked and viewed. */
class EvolutionTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int PARTITIONS = 3;
  private static final int ROUNDS = 24;

  private static final Field KEY = new Field("k", FieldType.STRING, false);
  private static final Field TIME = new Field("ts", FieldType.TIMESTAMP, false);
  private static final Field RENAMED =
      new Field("volume", FieldType.LONG, false, null, List.of("v"));
  private static final Field NOTE = new Field("note", FieldType.STRING, true);
  private static final Field FACTOR = new Field("factor", FieldType.DOUBLE, false, 1.5, List.of());

  @Test
  void aRunningQueryAndAViewGoOnOverItAndCountEveryEventOnce() {
    try (ViewBed bed = new ViewBed();
        Pipeline pipeline = bed.pipeline()) {
      bed.declare("evolving", PARTITIONS);
      bed.define("of_evolving", windows("v", "evolving"), true);
      bed.define("all_evolving", "SELECT * FROM evolving", false);
      CatalogStream old = bed.stream("evolving");
      ViewEvents events = new ViewEvents(PARTITIONS, new Random(3));
      try (Questions questions = bed.questions();
          Questions.Running running = questions.run(windows("v", "evolving"));
          ViewBed elsewhere = new ViewBed()) {
        List<ViewEvents.Event> all = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
          // Another process changes it, and writes at once, whatever this one knows by then.
          if (round == ROUNDS / 4) {
            elsewhere.evolve("evolving", List.of(NOTE, KEY, RENAMED, TIME));
          } else if (round == ROUNDS / 2) {
            elsewhere.evolve("evolving", List.of(KEY, TIME, FACTOR, RENAMED));
          }
          List<ViewEvents.Event> next = events.take(50);
          all.addAll(next);
          if (round % 3 == 0) {
            // A gateway that has not heard of it.
            elsewhere.send(old, next);
          } else {
            elsewhere.send(elsewhere.stream("evolving"), next);
          }
        }
        bed.end("evolving", events.end());
        List<String> expected = events.windows(1_000, 1_000);

        await()
            .atMost(LIMIT)
            .untilAsserted(
                () -> {
                  assertThat(running.ended()).isNull();
                  assertThat(running.rows()).containsExactlyInAnyOrderElementsOf(expected);
                  assertThat(bed.rows("of_evolving")).containsExactlyInAnyOrderElementsOf(expected);
                  assertThat(bed.table("of_evolving"))
                      .containsExactlyInAnyOrderElementsOf(expected);
                  assertThat(bed.rows("all_evolving")).hasSameSizeAs(all);
                });
        assertThat(running.count("read")).isEqualTo(all.size());
        assertThat(running.count("undecodable")).isZero();
        assertThat(running.count("counted") + running.count("late")).isEqualTo(all.size());
        assertThat(bed.stream("all_evolving").definition().fields())
            .extracting(Field::name)
            .containsExactly("k", "v", "ts");
        // Who asks now reads all of it with the new fields.
        assertThat(questions.answer(windows("volume * factor / 1.5", "evolving")).rows())
            .containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }

  @Test
  void whatAViewReadsOfItStaysAsItIsUntilTheViewIsBuiltAnew() {
    try (ViewBed bed = new ViewBed()) {
      bed.declare("settled", PARTITIONS);
      bed.define("of_settled", "SELECT k, v FROM settled WHERE v > 5", false);
      Field wide = new Field("v", FieldType.DOUBLE, false);

      Problem refusal = refusal(() -> bed.evolve("settled", List.of(KEY, wide, TIME)));
      assertThat(refusal.code()).isEqualTo(ProblemCode.STREAM_IN_USE);
      assertThat(refusal.field()).isEqualTo("v");
      assertThat(refusal.detail()).contains("of_settled");

      bed.evolve("settled", List.of(KEY, RENAMED, TIME));
      Field gone = new Field("volume", FieldType.LONG, true, null, List.of("v"));
      // By whatever name.
      assertThat(refusal(() -> bed.evolve("settled", List.of(KEY, gone, TIME))).code())
          .isEqualTo(ProblemCode.STREAM_IN_USE);

      bed.delete("of_settled");
      assertThat(bed.evolve("settled", List.of(KEY, gone, TIME)).definition().fields())
          .containsExactly(KEY, gone, TIME);
    }
  }

  private static Problem refusal(Runnable change) {
    ProblemException refusal = catchThrowableOfType(ProblemException.class, change::run);
    assertThat(refusal).isNotNull();
    return refusal.problem();
  }

  private static String windows(String value, String stream) {
    return "SELECT k, COUNT(*) AS n, SUM("
        + value
        + ") AS s FROM "
        + stream
        + " GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), k";
  }
}
