package dev.sluice.engine.expression;

/** A STRING of a STRING, both UTF-8 and never null. */
interface StringFunction {
  byte[] apply(byte[] value);
}
