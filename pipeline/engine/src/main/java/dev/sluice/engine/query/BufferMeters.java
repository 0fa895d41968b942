package dev.sluice.engine.query;

import dev.sluice.engine.flow.Buffer;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Stage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all subscribers' buffers together hold, in bytes, and have dropped, in rows. Every row
 * offered is delivered, dropped, or in a buffer whose subscriber left.
 */
final class BufferMeters {
  private final AtomicLong fill = new AtomicLong();
  private final AtomicLong capacity = new AtomicLong();
  private final LongAdder dropped = new LongAdder();

  BufferMeters(Flow flow) {
    flow.add(
        new Buffer(
                Label.of(Stage.SUBSCRIBERS, "subscriber"),
                new Buffer.Room("bytes", fill::get, capacity::get),
                "each by its own overflow: ends with SLOW_SUBSCRIBER, conflates, or drops its oldest"
                    + " rows")
            .dropping("rows", dropped::sum));
  }

  void opened(int bytes) {
    capacity.addAndGet(bytes);
  }

  void closed(int bytes) {
    capacity.addAndGet(-bytes);
  }

  void filled(int bytes) {
    fill.addAndGet(bytes);
  }

  void dropped(long rows) {
    dropped.add(rows);
  }
}
