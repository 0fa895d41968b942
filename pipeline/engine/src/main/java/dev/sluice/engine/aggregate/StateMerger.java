package dev.sluice.engine.aggregate;

import dev.sluice.engine.plan.Aggregate;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Merges what {@link GroupTable#state} wrote of one group at different times or places, without a
 * table. Keeps nothing; any thread.
 */
public final class StateMerger {
  private final List<Aggregate> aggregates;

  public StateMerger(Grouping grouping) {
    aggregates = grouping.aggregates();
  }

  /**
   * Both states in one, written in the same way.
   *
   * @throws dev.sluice.model.problem.ProblemException QUERY_STATE_LIMIT
   * @throws java.nio.BufferUnderflowException if one of them is no such state
   */
  public byte[] merge(byte[] one, byte[] other) {
    ByteBuffer first = ByteBuffer.wrap(one);
    ByteBuffer second = ByteBuffer.wrap(other);
    StateWriter merged = new StateWriter();
    for (Aggregate aggregate : aggregates) {
      Accumulator accumulator = Accumulator.of(aggregate);
      accumulator.grow(1);
      accumulator.read(0, first);
      accumulator.read(0, second);
      accumulator.write(0, merged);
    }
    return merged.toBytes();
  }
}
