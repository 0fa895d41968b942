package dev.sluice.engine.expression;

import org.jspecify.annotations.Nullable;

/** A function of a row's values, none of which is NULL. */
sealed interface RowFunction {

  /** Gives UTF-8, or null for NULL. */
  non-sealed interface OfText extends RowFunction {
    byte @Nullable [] apply(RowValues row);
  }

  /** Gives a LONG, a TIMESTAMP or a BOOLEAN. */
  non-sealed interface OfWhole extends RowFunction {
    long apply(RowValues row);
  }

  non-sealed interface OfNumber extends RowFunction {
    double apply(RowValues row);
  }
}
