package dev.sluice.views.partials;

import dev.sluice.engine.log.GroupReader.Original;
import dev.sluice.engine.log.GroupReader.Originals;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.query.Partials;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The records of the next transaction, in their order. Belongs to one loop. */
abstract class Output implements Partials.Sink {
  private final DeadLetters deadLetters;
  private final boolean keepsLate;
  private List<LogRecord> records = new ArrayList<>();
  private long bytes;
  private @Nullable Originals originals;

  /**
   * @param keepsLate whether late events become dead letters
   */
  Output(DeadLetters deadLetters, boolean keepsLate) {
    this.deadLetters = deadLetters;
    this.keepsLate = keepsLate;
  }

  /** Says what the next batches are of. */
  final void from(Originals polled) {
    originals = polled;
  }

  @Override
  public final void undecodable(int partition, long offset) {
    add(deadLetters.undecodable(partition, offset, original(partition, offset)));
  }

  @Override
  public final void late(int partition, long offset) {
    if (keepsLate) {
      add(deadLetters.late(partition, offset, original(partition, offset)));
    }
  }

  private Original original(int partition, long offset) {
    return Objects.requireNonNull(originals, "nothing was polled").at(partition, offset);
  }

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
