package dev.sluice.engine.aggregate;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Literals;
import dev.sluice.engine.plan.Aggregate;
import dev.sluice.model.event.Column;
import dev.sluice.model.stream.FieldType;
import java.nio.ByteBuffer;

/**
 * One aggregate of every group of a table.
 *
 * <p>However its events are split over accumulators of the same aggregate, and however these are
 * merged, written and read, the result is the same: that of a LONG exactly, that of a DOUBLE to 12
 * digits, that of a sketch within its bounds.
 */
interface Accumulator {

  static Accumulator of(Aggregate aggregate) {
    Expression argument = aggregate.argument();
    FieldType type = argument == null ? FieldType.LONG : argument.type();
    return switch (aggregate.function()) {
      case COUNT_ALL, COUNT -> new Counts();
      case SUM -> sums(type, false);
      case AVG -> sums(type, true);
      case MIN -> extremes(type, false);
      case MAX -> extremes(type, true);
      case VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP ->
          type == FieldType.DOUBLE
              ? new DoubleMoments(Deviation.of(aggregate.function()))
              : new LongMoments(Deviation.of(aggregate.function()));
      case FIRST_VALUE -> new Ends(type, false);
      case LAST_VALUE -> new Ends(type, true);
      case COUNT_DISTINCT, SUM_DISTINCT, AVG_DISTINCT ->
          type == FieldType.STRING
              ? new DistinctStrings()
              : new DistinctNumbers(type, aggregate.function());
      case APPROX_COUNT_DISTINCT -> new DistinctSketches();
      case APPROX_PERCENTILE ->
          new QuantileSketches(Literals.number(aggregate.parameters().get(0)));
      case LISTAGG, ARRAY_AGG -> Lists.of(aggregate, type);
    };
  }

  private static Accumulator sums(FieldType type, boolean average) {
    return type == FieldType.DOUBLE ? new DoubleSums(average) : new LongSums(average);
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
   * @param order where the rows stand; read by the aggregates to which it matters
   * @param rows rows of the argument; the first {@code count} entries
   * @param slots the group of each of those rows
   * @throws dev.sluice.model.problem.ProblemException QUERY_STATE_LIMIT
   */
  void add(Column argument, Order order, int[] rows, int[] slots, int count);

  /**
   * Adds the groups of another accumulator of the same aggregate, which stays as it is.
   *
   * @param slots the group to which the other's group i is added, for i below {@code count}
   * @throws dev.sluice.model.problem.ProblemException QUERY_STATE_LIMIT
   */
  void merge(Accumulator other, int[] slots, int count);

  /** Writes a group, for {@link #read}. */
  void write(int slot, StateWriter out);

  /**
   * Adds a written group to a group.
   *
   * @throws dev.sluice.model.problem.ProblemException QUERY_STATE_LIMIT
   */
  void read(int slot, ByteBuffer in);

  /**
   * The results of these groups, in this order.
   *
   * @throws dev.sluice.model.problem.ProblemException QUERY_OVERFLOW
   */
  Column results(int[] slots);

  /** About how many bytes of heap all groups take; quick to tell. */
  long bytes();
}
