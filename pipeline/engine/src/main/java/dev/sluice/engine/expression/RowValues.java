package dev.sluice.engine.expression;

import dev.sluice.model.event.StringColumn;

/** The operands' values at one row; the row moves. */
final class RowValues {
  private final Operand[] operands;
  private int row;

  RowValues(Operand[] operands) {
    this.operands = operands;
  }

  void moveTo(int to) {
    row = to;
  }

  /** UTF-8 of a STRING. */
  byte[] text(int operand) {
    Operand from = operands[operand];
    StringColumn column = from.strings();
    return column.value(row & from.mask());
  }

  /** Of a LONG, TIMESTAMP or BOOLEAN. */
  long whole(int operand) {
    Operand from = operands[operand];
    return from.longs()[row & from.mask()];
  }

  /** Of a DOUBLE. */
  double number(int operand) {
    Operand from = operands[operand];
    return from.doubles()[row & from.mask()];
  }
}
