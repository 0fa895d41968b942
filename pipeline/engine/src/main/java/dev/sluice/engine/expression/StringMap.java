package dev.sluice.engine.expression;

import dev.sluice.model.event.Column;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;

/**
 * A function of one STRING that gives a STRING.
 *
 * @param before canonical text before the operand
 * @param after canonical text after the operand
 */
record StringMap(String before, Expression operand, String after, StringFunction function)
    implements Node {

  @Override
  public FieldType type() {
    return FieldType.STRING;
  }

  @Override
  public Column evaluate(Rows rows) {
    StringColumn column = (StringColumn) operand.evaluate(rows);
    StringDictionary dictionary = new StringDictionary();
    int[] codes = new int[rows.size()];
    dictionary.putAll(column, Nulls.skip(rows, column.nulls()), codes, function);
    return dictionary.column(codes, column.nulls());
  }

  @Override
  public boolean mayFail() {
    return Node.mayFail(operand);
  }

  @Override
  public String toString() {
    return before + operand + after;
  }
}
