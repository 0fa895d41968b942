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
  TIMESTAMP;

  /** Whether it is a value of the type, a TIMESTAMP's in ms of the epoch. */
  boolean holds(Object value) {
    return switch (this) {
      case STRING -> value instanceof String;
      case LONG, TIMESTAMP -> value instanceof Long;
      case DOUBLE -> value instanceof Double number && Double.isFinite(number);
      case BOOLEAN -> value instanceof Boolean;
    };
  }

  /** Whether every value of another type is one of this, as Avro says: a LONG is a DOUBLE. */
  public boolean takes(FieldType other) {
    return this == other || (this == DOUBLE && other == LONG);
  }
}
