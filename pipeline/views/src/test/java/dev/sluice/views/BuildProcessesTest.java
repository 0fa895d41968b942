package dev.sluice.views;

import static dev.sluice.views.BuiltViews.LIMIT;
import static dev.sluice.views.BuiltViews.awaitFailure;
import static dev.sluice.views.BuiltViews.kept;
import static dev.sluice.views.BuiltViews.sums;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.model.problem.ProblemCode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Views that are built anew by processes that come and go. */
class BuildProcessesTest {
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
  void whatIsCutOffBeforeABuildReadsItIsTold() {
    try (ViewBed bed = new ViewBed()) {
      ViewEvents events;
      CatalogView before;
      CatalogView build;
      try (Pipeline first = bed.pipeline()) {
        events = kept(bed, "cut", 2);
        before = bed.view("cut_v");
      }
      build = bed.rebuild("cut_v");
      bed.cutLog("cut", 50);
      try (Pipeline second = bed.pipeline()) {
        awaitFailure(bed, build, ProblemCode.POSITION_EXPIRED);
        assertThat(bed.view("cut_v")).isEqualTo(before);
        assertThat(bed.table("cut_v"))
            .containsExactlyInAnyOrderElementsOf(events.windows(1_000, 1_000));
        bed.remove(List.of("cut_v"));
      }
    }
  }
}
