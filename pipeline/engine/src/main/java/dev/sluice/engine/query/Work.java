package dev.sluice.engine.query;

import dev.sluice.engine.flow.Hop;
import java.util.concurrent.atomic.LongAdder;

/** Counts what feeds have read and sent, once after each turn of one. */
final class Work {
  private final LongAdder events;
  private final LongAdder rows;

  /** How far a feed was. */
  record Mark(long events, long rows) {}

  Work(Hop hop) {
    events = hop.counting("events");
    rows = hop.counting("rows");
  }

  /** By the thread that feeds it. */
  static Mark mark(Feed feed) {
    Computation computation = feed.computation();
    return new Mark(computation.accounting().read(), computation.delivery().rows());
  }

  /** By the thread that has fed it. */
  void since(Mark before, Feed feed) {
    Mark now = mark(feed);
    events.add(now.events - before.events);
    rows.add(now.rows - before.rows);
  }
}
