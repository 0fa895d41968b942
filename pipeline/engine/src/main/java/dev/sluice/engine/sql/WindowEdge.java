package dev.sluice.engine.sql;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Rows;
import dev.sluice.model.event.Column;
import dev.sluice.model.stream.FieldType;

/**
 * Stands for the start or the end of an event's windows where these are several, or not known from
 * the event alone: to be grouped by, not to be computed.
 */
record WindowEdge(boolean end) implements Expression {
  @Override
  public FieldType type() {
    return FieldType.TIMESTAMP;
  }

  @Override
  public Column evaluate(Rows rows) {
    throw new IllegalStateException(this + " is no value of an event");
  }

  @Override
  public String toString() {
    return end ? "window_end" : "window_start";
  }
}
