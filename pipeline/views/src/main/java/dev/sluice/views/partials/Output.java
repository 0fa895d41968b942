package dev.sluice.views.partials;

import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.query.Partials;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The records of the next transaction, in their order. Belongs to one loop. */
abstract class Output implements Partials.Sink {
  private List<LogRecord> records = new ArrayList<>();
  private long bytes;

  /**
   * Tells watermarks of source partitions, after everything that came before them.
   *
   * @param moved ms of the epoch, by partition
   */
  abstract void watermarks(Map<Integer, Long> moved);

  final void add(LogRecord made) {
    records.add(made);
    bytes += made.bytes();
  }

  /** What it holds. */
  final long bytes() {
    return bytes;
  }

  /** Hands over what it holds. */
  final List<LogRecord> take() {
    List<LogRecord> taken = records;
    clear();
    return taken;
  }

  final void clear() {
    records = new ArrayList<>();
    bytes = 0;
  }
}
