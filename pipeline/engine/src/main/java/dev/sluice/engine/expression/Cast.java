package dev.sluice.engine.expression;

import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;

/** CAST between numbers and BOOLEAN. A DOUBLE becomes the nearest LONG, a half the even one. */
record Cast(Expression operand, FieldType type) implements Node {
  private static final double LONG_RANGE = 0x1p63;

  @Override
  public Column evaluate(Rows rows) {
    Column from = operand.evaluate(rows);
    Rows live = Nulls.skip(rows, from.nulls());
    return switch (type) {
      case DOUBLE -> toDouble((LongColumn) from, live);
      case LONG -> from instanceof DoubleColumn doubles ? toLong(doubles, live) : retyped(from);
      case BOOLEAN -> toBoolean((LongColumn) from, live);
      case STRING, TIMESTAMP -> throw new IllegalStateException("cast to " + type);
    };
  }

  private static Column toDouble(LongColumn from, Rows rows) {
    double[] result = new double[rows.size()];
    for (int i = 0; i < rows.count(); i++) {
      int row = rows.selected()[i];
      result[row] = from.values()[row];
    }
    return new DoubleColumn(result, from.nulls());
  }

  private static Column toLong(DoubleColumn from, Rows rows) {
    long[] result = new long[rows.size()];
    for (int i = 0; i < rows.count(); i++) {
      int row = rows.selected()[i];
      double rounded = Math.rint(from.values()[row]);
      if (!(rounded >= -LONG_RANGE && rounded < LONG_RANGE)) {
        throw Failures.overflow(Numbers.text(from.values()[row]), "LONG");
      }
      result[row] = (long) rounded;
    }
    return new LongColumn(FieldType.LONG, result, from.nulls());
  }

  private static Column retyped(Column from) {
    return new LongColumn(FieldType.LONG, ((LongColumn) from).values(), from.nulls());
  }

  private static Column toBoolean(LongColumn from, Rows rows) {
    long[] result = new long[rows.size()];
    for (int i = 0; i < rows.count(); i++) {
      int row = rows.selected()[i];
      result[row] = from.values()[row] != 0 ? 1 : 0;
    }
    return new LongColumn(FieldType.BOOLEAN, result, from.nulls());
  }

  @Override
  public boolean mayFail() {
    return (type == FieldType.LONG && operand.type() == FieldType.DOUBLE) || Node.mayFail(operand);
  }

  @Override
  public String toString() {
    return "CAST(" + operand + " AS " + type + ")";
  }
}
