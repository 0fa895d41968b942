package dev.sluice.views.table;

import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Deletes rows that are older than their view's retention, a few thousand in a transaction. Age is
 * counted back from the view's own watermark, and never from after the present: a recording of long
 * ago keeps its last days.
 */
final class Forgetting {
  private static final Logger log = LoggerFactory.getLogger(Forgetting.class);
  private static final int AT_ONCE = 5_000;

  /** Transactions of a round: the next one goes on. */
  private static final int MOST_AT_A_TIME = 200;

  private final TableStore store;
  private final Clock clock;

  Forgetting(TableStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Begins a round for a table, which runs on by itself. */
  void look(TableWriter writer) {
    forget(writer.table(), writer.watermark())
        .subscribe(
            rows -> {},
            failure ->
                log.warn(
                    "Old rows stay for now view={} cause={}",
                    writer.table().view(),
                    failure.toString()));
  }

  /**
   * @param watermark of the view, ms of the epoch; {@link Long#MIN_VALUE} for none
   * @return rows that are gone
   */
  Mono<Long> forget(TableDefinition table, long watermark) {
    if (watermark == Long.MIN_VALUE || table.replaces()) {
      return Mono.just(0L);
    }
    long before = Math.min(watermark, clock.millis()) - table.retention().toMillis();
    return store
        .forget(table, before, AT_ONCE)
        .repeat(MOST_AT_A_TIME)
        .takeUntil(rows -> rows < AT_ONCE)
        .reduce(0L, Long::sum);
  }
}
