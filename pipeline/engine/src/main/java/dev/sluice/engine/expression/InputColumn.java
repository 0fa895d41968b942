package dev.sluice.engine.expression;

import dev.sluice.model.event.Column;
import dev.sluice.model.stream.FieldType;

/**
 * A column of the input as it is.
 *
 * @param index its place in {@link Rows#columns()}
 */
public record InputColumn(int index, FieldType type) implements Node {
  @Override
  public Column evaluate(Rows rows) {
    return rows.columns()[index];
  }

  @Override
  public boolean mayFail() {
    return false;
  }

  @Override
  public String toString() {
    return "$" + index;
  }
}
