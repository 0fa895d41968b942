package dev.sluice.model.stream;

/** The type of a field or of a result column. */
public enum FieldType {
  /** UTF-8 text; compared by code point. */
  STRING,
  /** 64-bit signed integer; overflow is an error. */
  LONG,
  /** IEEE 754 binary64; NaN and infinities are not let in. */
  DOUBLE,
  BOOLEAN,
  /** An instant in UTC, milliseconds since the epoch. */
  TIMESTAMP
}
