package dev.sluice.engine.query;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Filters;
import dev.sluice.engine.expression.Rows;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.EventBatch.Whole;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The filter of all computations that filter a stream alike, whatever they do with what it lets
 * through: a batch that they take as it is, is filtered once. Remembers the last few batches. Any
 * thread.
 */
final class SharedFilter {
  private static final int REMEMBERED = 16;

  private final Expression predicate;
  private final AtomicReferenceArray<@Nullable Result> results =
      new AtomicReferenceArray<>(REMEMBERED);
  private volatile boolean shared;

  SharedFilter(Expression predicate) {
    this.predicate = predicate;
  }

  private record Result(EventBatch batch, Rows let) {}

  /** From here on others have it too. */
  void share() {
    shared = true;
  }

  /**
   * The rows of a batch where the predicate is TRUE.
   *
   * @param own those of the batch that are asked for
   * @param scratch as {@link Filters#where(Expression, Rows, int[])}
   */
  Rows where(EventBatch batch, Rows own, int[] scratch) {
    Whole whole = batch.log().whole();
    if (!shared || whole == null || own.selected() != whole.distinct()) {
      return Filters.where(predicate, own, scratch);
    }
    int slot = System.identityHashCode(batch) % REMEMBERED;
    Result known = results.get(slot);
    if (known == null || known.batch != batch) {
      known = new Result(batch, Filters.where(predicate, own, scratch));
      results.set(slot, known);
    }
    return own.select(known.let.selected(), known.let.count());
  }
}
