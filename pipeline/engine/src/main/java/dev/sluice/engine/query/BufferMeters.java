package dev.sluice.engine.query;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all subscribers' buffers together hold: {@code sluice.buffer.fill}, {@code .capacity}
 * (bytes) and {@code .dropped} (rows) with {@code buffer=subscriber}. Every row offered is
 * delivered, dropped, or in a buffer whose subscriber left.
 */
final class BufferMeters {
  private final AtomicLong fill = new AtomicLong();
  private final AtomicLong capacity = new AtomicLong();
  private final Counter dropped;

  BufferMeters(MeterRegistry meters) {
    Gauge.builder("sluice.buffer.fill", fill, AtomicLong::doubleValue)
        .tags("buffer", "subscriber", "of", "all")
        .baseUnit("bytes")
        .register(meters);
    Gauge.builder("sluice.buffer.capacity", capacity, AtomicLong::doubleValue)
        .tags("buffer", "subscriber", "of", "all")
        .baseUnit("bytes")
        .register(meters);
    dropped =
        Counter.builder("sluice.buffer.dropped")
            .tags("buffer", "subscriber", "of", "all")
            .baseUnit("rows")
            .register(meters);
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

  void dropped(int rows) {
    dropped.increment(rows);
  }
}
