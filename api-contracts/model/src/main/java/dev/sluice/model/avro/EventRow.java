package dev.sluice.model.avro;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The values of one event by the position of their field, in primitive slots that are used again
 * for the next event. A field is absent, null, or has a value.
 */
public final class EventRow {
  private static final byte ABSENT = 0;
  private static final byte NULL = 1;
  private static final byte VALUE = 2;
  private static final byte[] NO_TEXT = new byte[0];

  private final byte[] states;
  private final long[] values;
  private final byte[][] texts;
  private final int[] froms;
  private final int[] tos;

  /** A row of absent fields. */
  public EventRow(int fields) {
    states = new byte[fields];
    values = new long[fields];
    texts = new byte[fields][];
    Arrays.fill(texts, NO_TEXT);
    froms = new int[fields];
    tos = new int[fields];
  }

  /** Makes every field absent. */
  public void clear() {
    Arrays.fill(states, ABSENT);
  }

  public boolean isAbsent(int field) {
    return states[field] == ABSENT;
  }

  /** Whether the field has a value: is neither absent nor null. */
  public boolean hasValue(int field) {
    return states[field] == VALUE;
  }

  public void setNull(int field) {
    states[field] = NULL;
  }

  /** A LONG, or a TIMESTAMP in ms of the epoch. */
  public void setLong(int field, long value) {
    states[field] = VALUE;
    values[field] = value;
  }

  public void setDouble(int field, double value) {
    setLong(field, Double.doubleToRawLongBits(value));
  }

  public void setBoolean(int field, boolean value) {
    setLong(field, value ? 1 : 0);
  }

  /** UTF-8 bytes, not copied: they must stay as they are until the row is written. */
  public void setText(int field, byte[] utf8, int from, int to) {
    states[field] = VALUE;
    texts[field] = utf8;
    froms[field] = from;
    tos[field] = to;
  }

  /** Any value, as {@link dev.sluice.model.stream.Field#absent} has it; a String's is a copy. */
  public void set(int field, Object value) {
    if (value instanceof String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      setText(field, utf8, 0, utf8.length);
    } else if (value instanceof Double number) {
      setDouble(field, number);
    } else if (value instanceof Boolean bool) {
      setBoolean(field, bool);
    } else {
      setLong(field, (Long) value);
    }
  }

  /** A LONG or TIMESTAMP, the raw bits of a DOUBLE, or 0 or 1. */
  public long bits(int field) {
    return values[field];
  }

  /** A copy of a STRING's UTF-8 bytes. */
  public byte[] text(int field) {
    return Arrays.copyOfRange(texts[field], froms[field], tos[field]);
  }

  /** Whether a STRING's UTF-8 bytes are these. */
  public boolean isText(int field, byte[] utf8) {
    return Arrays.equals(texts[field], froms[field], tos[field], utf8, 0, utf8.length);
  }

  int textLength(int field) {
    return tos[field] - froms[field];
  }

  int copyText(int field, byte[] target, int at) {
    int length = tos[field] - froms[field];
    System.arraycopy(texts[field], froms[field], target, at, length);
    return at + length;
  }
}
