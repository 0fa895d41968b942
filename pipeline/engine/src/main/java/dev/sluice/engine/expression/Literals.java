package dev.sluice.engine.expression;

import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;

/** What literals say, for those who need it before there is a row. */
public final class Literals {
  private Literals() {}

  /** Of a DOUBLE. */
  public static double number(Expression literal) {
    return ((DoubleColumn) ((Literal) literal).single()).values()[0];
  }

  /** Of a LONG. */
  public static long whole(Expression literal) {
    return ((LongColumn) ((Literal) literal).single()).values()[0];
  }

  /** Of a STRING. */
  public static byte[] utf8(Expression literal) {
    return ((StringColumn) ((Literal) literal).single()).value(0);
  }
}
