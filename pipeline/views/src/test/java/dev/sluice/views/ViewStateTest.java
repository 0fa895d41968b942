package dev.sluice.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.ViewState;
import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.ViewDefinition.Late;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ViewStateTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int MERGED_PARTITIONS = 4;

  @Test
  void everyProcessCanReadHowFarAViewIsUntilNobodyKeepsItAnyMore() {
    try (ViewBed bed = new ViewBed()) {
      bed.declare("stated", 3);
      ViewDefinition sums =
          new ViewDefinition(
              "stated_sums",
              "SELECT k, SUM(v) AS s FROM stated GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), k",
              Late.COUNT,
              Duration.ofDays(36_500),
              true);
      CatalogView view = bed.define(List.of(sums)).get(0);
      assertThat(bed.state(view)).isNull();
      Pipeline first = bed.pipeline();
      try (Pipeline second = bed.pipeline()) {
        ViewEvents events = new ViewEvents(3, new Random(3));
        bed.send("stated", events.take(100));
        bed.end("stated", events.end());
        await().atMost(LIMIT).until(() -> isThrough(bed.state(view), events.end()));
        // The other has everything from here on.
        first.close();
        await().atMost(LIMIT).until(() -> isThrough(bed.state(view), events.end()));
      }
      assertThat(bed.state(view)).isNull();
      bed.remove(List.of("stated_sums"));
    }
  }

  private static boolean isThrough(@Nullable ViewState state, long end) {
    return state != null
        && !state.behind()
        && state.failure() == null
        && state.merged().partitions() == MERGED_PARTITIONS
        && state.merged().closed() == end
        && state.merged().groups() == 0
        && Long.valueOf(0).equals(state.tableLag());
  }
}
