package dev.sluice.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.Webhook;
import dev.sluice.views.ViewEvents.Event;
import dev.sluice.views.webhook.Receiving;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Views from their definition to the rows in their topics and tables, against sums computed
 * plainly.
 */
class ViewsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void onePipelineKeepsViewsOfOneAndOfThreePartitions() {
    try (ViewBed bed = new ViewBed();
        Pipeline pipeline = bed.pipeline()) {
      keepsAll(bed, "one_one", 1, () -> {});
      keepsAll(bed, "three_one", 3, () -> {});
    }
  }

  @Test
  void twoPipelinesShareThemAndOneMayLeave() {
    try (ViewBed bed = new ViewBed();
        Pipeline first = bed.pipeline()) {
      Pipeline second = bed.pipeline();
      keepsAll(bed, "three_two", 3, second::close);
    }
  }

  @Test
  void aWebhookIsToldOfEveryFinalRow() throws Exception {
    try (Receiving receiver = new Receiving(post -> 200);
        ViewBed bed = new ViewBed();
        Pipeline pipeline = bed.pipeline()) {
      bed.declare("hooked", 1);
      bed.define(
          List.of(
              new ViewDefinition(
                  "hooked_tumble",
                  "SELECT k, COUNT(*) AS n FROM hooked GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), k",
                  ViewDefinition.Late.COUNT,
                  Duration.ofDays(1),
                  false,
                  new Webhook(receiver.url(), "whsec_" + "A".repeat(32), Instant.EPOCH))));
      ViewEvents events = new ViewEvents(1, new Random(1));
      bed.send("hooked", events.take(100));
      bed.end("hooked", events.end());
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(new HashSet<>(receiver.posts))
                      .hasSameSizeAs(events.windows(1_000, 1_000)));
    }
  }

  /**
   * @param inBetween done when half of the events are sent
   */
  private static void keepsAll(ViewBed bed, String stream, int partitions, Runnable inBetween) {
    bed.declare(stream, partitions);
    String from = " FROM " + stream + " ";
    String sums = "SELECT k, COUNT(*) AS n, SUM(v) AS s" + from + "GROUP BY ";
    bed.define(stream + "_tumble", sums + "TUMBLE(ts, INTERVAL '1' SECOND), k", true);
    bed.define(
        stream + "_hop", sums + "HOP(ts, INTERVAL '0.5' SECOND, INTERVAL '2' SECOND), k", false);
    bed.define(stream + "_session", sums + "SESSION(ts, INTERVAL '0.3' SECOND), k", false);
    bed.define(stream + "_total", sums + "k", false);
    bed.define(stream + "_derived", "SELECT k, v * 10 AS w" + from + "WHERE v > 50", false);

    ViewEvents events = new ViewEvents(partitions, new Random(partitions));
    List<Event> sent = events.take(150);
    bed.send(stream, sent);
    inBetween.run();
    bed.send(stream, events.take(150));
    bed.end(stream, events.end());

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              assertThat(bed.rows(stream + "_tumble"))
                  .containsExactlyInAnyOrderElementsOf(events.windows(1_000, 1_000));
              assertThat(bed.table(stream + "_tumble"))
                  .containsExactlyInAnyOrderElementsOf(events.windows(1_000, 1_000));
              assertThat(bed.rows(stream + "_hop"))
                  .containsExactlyInAnyOrderElementsOf(events.windows(2_000, 500));
              assertThat(bed.rows(stream + "_session"))
                  .containsExactlyInAnyOrderElementsOf(events.sessions(300));
              assertThat(bed.latest(stream + "_total")).isEqualTo(events.totals());
              assertThat(bed.rows(stream + "_derived"))
                  .containsExactlyInAnyOrderElementsOf(events.derived());
            });
  }
}
