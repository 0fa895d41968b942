package dev.sluice.engine.expression;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * AND or OR of two or more operands, as written from left to right. An operand is evaluated on
 * those rows only that the ones before it have not decided: FALSE decides AND, TRUE decides OR.
 */
record Connective(boolean and, List<Expression> operands) implements Selecting {

  Connective {
    operands = List.copyOf(operands);
  }

  @Override
  public FieldType type() {
    return FieldType.BOOLEAN;
  }

  @Override
  public Column evaluate(Rows rows) {
    long decisive = and ? 0 : 1;
    long[] result = new long[rows.size()];
    Arrays.fill(result, decisive);
    Rows open = rows;
    long @Nullable [] unknown = null;
    for (Expression operand : operands) {
      LongColumn column = (LongColumn) operand.evaluate(open);
      int[] left = new int[open.count()];
      int count = 0;
      for (int i = 0; i < open.count(); i++) {
        int row = open.selected()[i];
        if (Bitmap.get(column.nulls(), row)) {
          if (unknown == null) {
            unknown = Bitmap.none(rows.size());
          }
          Bitmap.set(unknown, row);
          left[count++] = row;
        } else if (column.values()[row] != decisive) {
          left[count++] = row;
        }
      }
      open = open.select(left, count);
      if (count == 0) {
        break;
      }
    }
    return decide(open, result, unknown, rows.size());
  }

  /** What no operand has decided is NULL where one was NULL, else the other value. */
  private LongColumn decide(Rows open, long[] result, long @Nullable [] unknown, int size) {
    long[] nulls = unknown == null ? null : Bitmap.none(size);
    for (int i = 0; i < open.count(); i++) {
      int row = open.selected()[i];
      result[row] = and ? 1 : 0;
      if (nulls != null && Bitmap.get(unknown, row)) {
        Bitmap.set(nulls, row);
      }
    }
    return new LongColumn(FieldType.BOOLEAN, result, nulls);
  }

  @Override
  public int select(Rows rows, int[] into) {
    return and ? selectAll(rows, into) : selectAny(rows, into);
  }

  private int selectAll(Rows rows, int[] into) {
    Rows open = rows;
    for (Expression operand : operands) {
      open = rows.select(into, Filters.select(operand, open, into));
      if (open.count() == 0) {
        break;
      }
    }
    return open.count();
  }

  private int selectAny(Rows rows, int[] into) {
    long[] found = Bitmap.none(rows.size());
    Rows open = rows;
    for (Expression operand : operands) {
      Rows now = Filters.where(operand, open);
      for (int i = 0; i < now.count(); i++) {
        Bitmap.set(found, now.selected()[i]);
      }
      open = Filters.without(open, now);
      if (open.count() == 0) {
        break;
      }
    }
    int[] selected = rows.selected();
    int count = 0;
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      into[count] = row;
      count += Bitmap.get(found, row) ? 1 : 0;
    }
    return count;
  }

  @Override
  public boolean mayFail() {
    return operands.stream().anyMatch(Node::mayFail);
  }

  /**
   * Operands in the order of their texts where none can fail. Where one can, the order decides
   * whether it does, and stays.
   */
  @Override
  public String toString() {
    List<String> texts = operands.stream().map(Expression::toString).toList();
    return (mayFail() ? texts.stream() : texts.stream().sorted().distinct())
        .collect(Collectors.joining(and ? " AND " : " OR ", "(", ")"));
  }
}
