package dev.sluice.engine.expression;

import java.util.List;

/**
 * What must hold of an event's columns for a filter to let it through: comparisons with literals
 * alone, which somebody who does not know our expressions can look up.
 *
 * <p>Values are String, Long (of LONG, TIMESTAMP in ms of the epoch, and BOOLEAN as 0 or 1) or
 * Double, as the column's type is.
 */
public sealed interface Condition {

  /** All of them. */
  record All(List<Condition> conditions) implements Condition {
    public All {
      conditions = List.copyOf(conditions);
    }
  }

  /** One of them. */
  record Any(List<Condition> conditions) implements Condition {
    public Any {
      conditions = List.copyOf(conditions);
    }
  }

  /** The column is not null, and compares so with the value. */
  record Compared(InputColumn column, Comparing how, Object value) implements Condition {}

  /** The column is one of the values. */
  record In(InputColumn column, List<Object> values) implements Condition {
    public In {
      values = List.copyOf(values);
    }
  }

  /** The column is null, or is not. */
  record Null(InputColumn column, boolean wanted) implements Condition {}

  /** How a column stands to a value. STRINGs by code point; 0.0 equals -0.0. */
  enum Comparing {
    EQUAL,
    NOT_EQUAL,
    LESS,
    AT_MOST,
    GREATER,
    AT_LEAST;

    static Comparing of(Comparison comparison, boolean literalFirst) {
      return switch (comparison) {
        case EQUAL -> EQUAL;
        case NOT_EQUAL -> NOT_EQUAL;
        case LESS -> literalFirst ? GREATER : LESS;
        case AT_MOST -> literalFirst ? AT_LEAST : AT_MOST;
      };
    }
  }
}
