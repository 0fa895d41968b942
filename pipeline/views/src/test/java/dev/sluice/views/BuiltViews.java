package dev.sluice.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.ViewState;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.ViewDefinition.Late;
import dev.sluice.model.view.Webhook;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Views to be built anew, and what is waited for. */
final class BuiltViews {
  static final Duration LIMIT = Duration.ofSeconds(60);

  private BuiltViews() {}

  /** A view {@code <stream>_v} of windows of 1 s that has all that is in its stream. */
  static ViewEvents kept(ViewBed bed, String stream, int partitions) {
    bed.declare(stream, partitions);
    bed.define(stream + "_v", sums(stream, 1), true);
    ViewEvents events = new ViewEvents(partitions, new Random(partitions));
    bed.send(stream, events.take(300));
    bed.end(stream, events.finish());
    awaitTable(bed, stream + "_v", events.windows(1_000, 1_000));
    return events;
  }

  static void awaitTable(ViewBed bed, String view, List<String> rows) {
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(bed.table(view)).containsExactlyInAnyOrderElementsOf(rows));
  }

  static String sums(String stream, int seconds) {
    return "SELECT k, COUNT(*) AS n, SUM(v) AS s FROM %s GROUP BY TUMBLE(ts, INTERVAL '%d' SECOND), k"
        .formatted(stream, seconds);
  }

  static ViewDefinition view(String name, String sql, @Nullable Webhook webhook) {
    return new ViewDefinition(name, sql, Late.COUNT, Duration.ofDays(36_500), true, webhook);
  }

  /** Waits until the pipelines say that a view fails, and why. */
  static ViewState awaitFailure(ViewBed bed, CatalogView view, ProblemCode why) {
    return await()
        .atMost(LIMIT)
        .until(
            () -> bed.state(view),
            state -> state != null && state.failure() != null && state.failure().code() == why);
  }
}
