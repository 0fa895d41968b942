package dev.sluice.engine.aggregate;

import dev.sluice.engine.plan.Aggregate;
import dev.sluice.model.event.Column;
import dev.sluice.model.stream.FieldType;

/** One aggregate of every group of a table. */
interface Accumulator {

  static Accumulator of(Aggregate aggregate) {
    FieldType type = aggregate.argument() == null ? FieldType.LONG : aggregate.argument().type();
    return switch (aggregate.function()) {
      case COUNT_ALL, COUNT -> new Counts();
      case SUM -> type == FieldType.DOUBLE ? new DoubleSums(false) : new LongSums(false);
      case AVG -> type == FieldType.DOUBLE ? new DoubleSums(true) : new LongSums(true);
      case MIN -> extremes(type, false);
      case MAX -> extremes(type, true);
    };
  }

  private static Accumulator extremes(FieldType type, boolean greatest) {
    return switch (type) {
      case LONG, TIMESTAMP, BOOLEAN -> new LongExtremes(type, greatest);
      case DOUBLE -> new DoubleExtremes(greatest);
      case STRING -> new StringExtremes(greatest);
    };
  }

  /** Makes room for this many groups. */
  void grow(int groups);

  /**
   * Adds rows to groups.
   *
   * @param argument its nulls are not added; for COUNT(*) {@link Counts#EVERY_ROW}
   * @param rows rows of the argument; the first {@code count} entries
   * @param slots the group of each of those rows
   */
  void add(Column argument, int[] rows, int[] slots, int count);

  /**
   * The results of these groups, in this order.
   *
   * @throws dev.sluice.model.problem.ProblemException QUERY_OVERFLOW
   */
  Column results(int[] slots);
}
