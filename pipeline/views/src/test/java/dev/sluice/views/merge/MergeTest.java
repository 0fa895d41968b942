package dev.sluice.views.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.problem.ProblemCode;
import dev.sluice.views.delta.Delta;
import dev.sluice.views.delta.Partial;
import dev.sluice.views.delta.Watermarks;
import dev.sluice.views.merge.MergeBed.Out;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of deltas whose view is not as it should be. */
class MergeTest {
  private static final String COUNTS =
      "SELECT k, COUNT(*) AS n FROM log GROUP BY TUMBLE(ts, INTERVAL '0.010' SECOND), k";
  private static final long GOOD = 1;
  private static final long BAD = 2;

  private MergeBed bed = new MergeBed();

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void rowsLeaveWhenEveryPartitionHasPassedTheirWindow() {
    MergedView view = bed.views.add(GOOD, COUNTS);
    FirstStage stage = new FirstStage(view, 2);
    stage.add(0, "a", 3, 1);
    stage.punctuate(0, 50);
    send(stage.flush(0));
    assertThat(bed.read(view)).as("the other partition may have more").isEmpty();

    stage.add(1, "a", 4, 1);
    stage.add(1, "b", 12, 1);
    stage.punctuate(1, 10);
    send(stage.flush(1));

    assertThat(bed.read(view))
        .containsExactly(
            new Out("a", 9, List.of(0L, 10L, "a", 2L), Long.MIN_VALUE),
            new Out(null, 10, null, 10));
  }

  @Test
  void keyOfARecordIsTheTextOfItsGroup() {
    MergedView view =
        bed.views.add(
            GOOD,
            "SELECT COUNT(*) AS n FROM log GROUP BY TUMBLE(ts, INTERVAL '0.010' SECOND), k, v");
    FirstStage stage = new FirstStage(view, 1);
    stage.add(0, "a\"b", 3, -1);
    stage.punctuate(0, 10);
    send(stage.flush(0));

    assertThat(bed.read(view).get(0).key()).isEqualTo("[\"a\\\"b\",-1]");
  }

  @Test
  void groupsWhoseNamesLookAlikeHaveDifferentKeys() {
    MergedView view = bed.views.add(GOOD, "SELECT k, COUNT(*) AS n FROM log GROUP BY k");
    FirstStage stage = new FirstStage(view, 1);
    stage.add(0, "[\"x\"]", 3, 0);
    stage.add(0, "", 3, 0);
    stage.add(0, "x", 3, 0);
    send(stage.flush(0));

    assertThat(bed.read(view))
        .extracting(Out::key)
        .containsExactlyInAnyOrder("[\"[\\\"x\\\"]\"]", "", "x");
  }

  @Test
  void viewThatHoldsTooMuchFailsAloneAndIsForgotten() {
    bed.close();
    bed = new MergeBed(new MergeSettings.State(2, 1 << 20));
    MergedView good = bed.views.add(GOOD, COUNTS);
    MergedView bad = bed.views.add(BAD, COUNTS);
    FirstStage well = new FirstStage(good, 1);
    FirstStage badly = new FirstStage(bad, 1);
    well.add(0, "a", 3, 0);
    badly.add(0, "a", 3, 0);
    badly.add(0, "b", 3, 0);
    badly.add(0, "c", 3, 0);
    send(badly.flush(0));
    send(well.flush(0));
    badly.punctuate(0, 10);
    well.punctuate(0, 10);
    send(badly.flush(0));
    send(well.flush(0));

    assertThat(bed.failed.get(BAD).code()).isEqualTo(ProblemCode.QUERY_STATE_LIMIT);
    assertThat(bed.failed.get(BAD).detail()).contains("sluice.views.max-groups");
    assertThat(bed.read(bad)).isEmpty();
    assertThat(bed.read(good)).hasSize(2);
    assertThat(bed.failed).containsOnlyKeys(BAD);
    bed.tick();
    assertThat(bed.held()).isZero();
  }

  @Test
  void sumThatOverflowsFailsItsViewAlone() {
    MergedView good = bed.views.add(GOOD, COUNTS);
    MergedView bad =
        bed.views.add(
            BAD, "SELECT SUM(v) AS s FROM log GROUP BY TUMBLE(ts, INTERVAL '0.010' SECOND), k");
    for (MergedView view : List.of(bad, good)) {
      FirstStage stage = new FirstStage(view, 2);
      stage.add(0, "a", 3, Long.MAX_VALUE);
      stage.add(1, "a", 3, Long.MAX_VALUE);
      stage.punctuate(0, 10);
      stage.punctuate(1, 10);
      send(stage.flush(0));
      send(stage.flush(1));
    }

    assertThat(bed.failed).containsOnlyKeys(BAD);
    assertThat(bed.failed.get(BAD).code()).isEqualTo(ProblemCode.QUERY_OVERFLOW);
    assertThat(bed.read(bad)).as("neither rows nor a watermark").isEmpty();
    assertThat(bed.read(good)).hasSize(2);
  }

  @Test
  void deltaThatCannotBeReadFailsItsViewAlone() {
    MergedView good = bed.views.add(GOOD, COUNTS);
    MergedView bad = bed.views.add(BAD, COUNTS);
    byte[] group = {1, 0, 0, 0, 1, 'a'};
    Delta broken = new Delta(BAD, group, 0, 10, new byte[] {1});
    bed.send(broken);
    bed.send(broken);
    bed.send(new byte[] {9}, new byte[0]);
    FirstStage stage = new FirstStage(good, 1);
    stage.add(0, "a", 3, 0);
    stage.punctuate(0, 10);
    send(stage.flush(0));

    assertThat(bed.failed).containsOnlyKeys(BAD);
    assertThat(bed.failed.get(BAD).code()).isEqualTo(ProblemCode.INTERNAL);
    assertThat(bed.read(bad)).isEmpty();
    assertThat(bed.read(good)).hasSize(2);
  }

  @Test
  void deltaOfAWindowThatIsClosedFailsItsViewRatherThanHaveItsRowTwice() {
    MergedView view = bed.views.add(GOOD, COUNTS);
    FirstStage stage = new FirstStage(view, 1);
    stage.add(0, "a", 3, 0);
    List<Partial> again = stage.flush(0);
    send(again);
    stage.punctuate(0, 10);
    send(stage.flush(0));
    assertThat(bed.read(view)).hasSize(2);

    bed.send(again.get(0));

    assertThat(bed.failed).containsOnlyKeys(GOOD);
    assertThat(bed.read(view)).isEmpty();
  }

  @Test
  void sessionWhoseEventIsAtTheWatermarkGoesOn() {
    MergedView view =
        bed.views.add(
            GOOD,
            "SELECT k, COUNT(*) AS n FROM log GROUP BY SESSION(ts, INTERVAL '0.005' SECOND), k");
    FirstStage stage = new FirstStage(view, 1);
    stage.add(0, "a", 3, 0);
    stage.punctuate(0, 6);
    send(stage.flush(0));
    stage.add(0, "a", 6, 0);
    stage.punctuate(0, 11);
    send(stage.flush(0));

    assertThat(bed.failed).isEmpty();
    assertThat(bed.read(view).get(1).row()).isEqualTo(List.of(3L, 11L, "a", 2L));
  }

  @Test
  void totalOfNothingIsOneRowUnlessHavingSaysOtherwise() {
    MergedView counts = bed.views.add(1, "SELECT COUNT(*) AS n, SUM(v) AS s FROM log");
    MergedView many = bed.views.add(2, "SELECT COUNT(*) AS n FROM log HAVING COUNT(*) > 0");

    bed.send(new Watermarks(1, 2, Map.of(0, 10L)), 77);
    assertThat(bed.read(counts)).isEmpty();
    bed.send(new Watermarks(1, 2, Map.of(1, 20L)), 78);
    bed.send(new Watermarks(1, 2, Map.of(0, 30L, 1, 30L)), 79);
    bed.send(new Watermarks(2, 1, Map.of(0, 10L)), 78);

    assertThat(bed.read(counts))
        .singleElement()
        .matches(out -> out.time() == 78)
        .extracting(Out::row)
        .isEqualTo(Arrays.asList(0L, null));
    assertThat(bed.read(many)).isEmpty();
  }

  @Test
  void viewThatIsGoneIsDroppedWithWhatItHeld() {
    MergedView gone = bed.views.add(GOOD, COUNTS);
    FirstStage stage = new FirstStage(gone, 1);
    stage.add(0, "a", 3, 0);
    send(stage.flush(0));
    assertThat(bed.held()).isEqualTo(1);

    bed.views.remove(gone);
    bed.tick();
    assertThat(bed.held()).isZero();
    stage.add(0, "b", 4, 0);
    stage.punctuate(0, 10);
    send(stage.flush(0));

    assertThat(bed.read(gone)).isEmpty();
    assertThat(bed.held()).isZero();
    assertThat(bed.failed).isEmpty();
  }

  @Test
  void deltaOfAViewThatIsNotKnownYetWaitsForIt() {
    MergedView unheard = bed.views.plan(GOOD, "unheard", COUNTS, 1);
    FirstStage stage = new FirstStage(unheard, 1);
    stage.add(0, "a", 3, 0);
    stage.punctuate(0, 10);
    CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS)
        .execute(() -> bed.views.add(unheard));
    send(stage.flush(0));

    assertThat(bed.read(unheard)).hasSize(2);
  }

  @Test
  void deltaOfAViewThatStaysUnknownIsNotDropped() {
    MergedView unheard = bed.views.plan(GOOD, "unheard", COUNTS, 1);
    FirstStage stage = new FirstStage(unheard, 1);
    stage.add(0, "a", 3, 0);

    assertThatThrownBy(() -> send(stage.flush(0)))
        .isInstanceOf(StreamsException.class)
        .hasRootCauseMessage(
            "the catalog, which is at revision 0, did not tell of view 1 within PT0.5S");
  }

  private void send(List<Partial> partials) {
    partials.forEach(bed::send);
  }
}
