package dev.sluice.views.partials;

import dev.sluice.engine.log.GroupPosition;
import dev.sluice.engine.log.GroupReader;
import dev.sluice.engine.log.GroupReader.Polled;
import dev.sluice.engine.query.Partials;
import dev.sluice.model.event.EventBatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads for a view, and a few times a second commits what has come of it together with where it is.
 * What a transaction does not take is forgotten, and is read again. One thread.
 */
final class Loop implements AutoCloseable {
  private static final Duration IDLE = Duration.ofMillis(200);

  private final GroupReader reader;
  private final Partials partials;
  private final Output output;
  private final PartialsSettings settings;
  private Map<Integer, GroupPosition> committed = Map.of();
  private boolean pending;
  private long dueAt;

  Loop(GroupReader reader, Partials partials, Output output, PartialsSettings settings) {
    this.reader = reader;
    this.partials = partials;
    this.output = output;
    this.settings = settings;
  }

  /** Polls once, and commits if it is time to. */
  Reading step() {
    Polled polled = reader.poll(pending ? untilDue() : IDLE);
    take(polled);
    if (pending && isDue()) {
      commit();
    }
    return new Reading(committed, polled.atEnd());
  }

  private void take(Polled polled) {
    Map<Integer, GroupPosition> begin = polled.begin();
    if (begin != null) {
      partials.begin(begin);
      output.clear();
      committed = begin;
      pending = false;
    }
    output.from(polled.originals());
    for (EventBatch batch : polled.batches()) {
      partials.add(batch, output);
    }
    if (!pending && !polled.batches().isEmpty()) {
      pending = true;
      dueAt = System.nanoTime() + settings.flush().toNanos();
    }
  }

  private Duration untilDue() {
    return Duration.ofNanos(Math.max(0, dueAt - System.nanoTime()));
  }

  private boolean isDue() {
    return System.nanoTime() - dueAt >= 0
        || partials.bytes() + output.bytes() > settings.maxBytes();
  }

  private void commit() {
    pending = false;
    Map<Integer, GroupPosition> positions = partials.positions();
    if (positions.equals(committed)) {
      return;
    }
    partials.drain(output);
    Map<Integer, Long> moved = moved(positions);
    if (!moved.isEmpty()) {
      output.watermarks(moved);
    }
    if (reader.commit(output.take(), positions)) {
      committed = positions;
    }
  }

  /** The watermarks that were not told yet. */
  private Map<Integer, Long> moved(Map<Integer, GroupPosition> positions) {
    Map<Integer, Long> moved = new HashMap<>();
    positions.forEach(
        (partition, position) -> {
          GroupPosition before = committed.get(partition);
          if (before == null || before.watermark() < position.watermark()) {
            moved.put(partition, position.watermark());
          }
        });
    return moved;
  }

  @Override
  public void close() {
    reader.close();
  }
}
