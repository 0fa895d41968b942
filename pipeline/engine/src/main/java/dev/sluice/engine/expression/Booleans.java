package dev.sluice.engine.expression;

import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;

/** Columns of BOOLEANs. */
final class Booleans {
  private Booleans() {}

  /** TRUE at the first {@code count} rows listed, FALSE elsewhere, NULL nowhere. */
  static LongColumn trueAt(int[] listed, int count, Rows rows) {
    long[] result = new long[rows.size()];
    for (int i = 0; i < count; i++) {
      result[listed[i]] = 1;
    }
    return new LongColumn(FieldType.BOOLEAN, result, null);
  }
}
