package dev.sluice.views.partials;

import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.views.delta.Delta;
import dev.sluice.views.delta.Partial;
import dev.sluice.views.delta.Watermarks;
import java.time.Clock;
import java.util.Map;

/** What the merge of a view's groups takes. */
final class DeltaOutput extends Output {
  private final long generation;
  private final int sourcePartitions;
  private final PartialsTopic topic;
  private final Clock clock;

  DeltaOutput(
      DeadLetters deadLetters,
      boolean keepsLate,
      long generation,
      int sourcePartitions,
      PartialsTopic topic,
      Clock clock) {
    super(deadLetters, keepsLate);
    this.generation = generation;
    this.sourcePartitions = sourcePartitions;
    this.topic = topic;
    this.clock = clock;
  }

  @Override
  public void group(byte[] key, long start, long end, byte[] state) {
    Delta delta = new Delta(generation, key, start, end, state);
    byte[] bytes = delta.key();
    add(record(Partial.partition(bytes, topic.partitions()), bytes, delta.value()));
  }

  @Override
  public void events(Column[] columns, EventBatch batch, Rows events) {
    throw new IllegalStateException("a plan that groups has no rows of events");
  }

  @Override
  void watermarks(Map<Integer, Long> moved) {
    Watermarks told = new Watermarks(generation, sourcePartitions, moved);
    for (int p = 0; p < topic.partitions(); p++) {
      add(record(p, told.key(), told.value()));
    }
  }

  private LogRecord record(int partition, byte[] key, byte[] value) {
    return new LogRecord(topic.name(), partition, clock.millis(), key, value, Map.of());
  }
}
