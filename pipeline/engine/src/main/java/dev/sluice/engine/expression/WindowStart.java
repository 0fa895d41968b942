package dev.sluice.engine.expression;

import dev.sluice.model.event.Column;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;

/**
 * The start of the tumbling window that a TIMESTAMP falls into.
 *
 * @param size ms, at least 1
 * @param offset ms from the epoch, 0 to size - 1
 */
record WindowStart(Expression time, long size, long offset) implements Node {
  @Override
  public FieldType type() {
    return FieldType.TIMESTAMP;
  }

  @Override
  public Column evaluate(Rows rows) {
    LongColumn times = (LongColumn) time.evaluate(rows);
    Rows live = Nulls.skip(rows, times.nulls());
    long[] result = new long[rows.size()];
    for (int i = 0; i < live.count(); i++) {
      int row = live.selected()[i];
      result[row] = Math.floorDiv(times.values()[row] - offset, size) * size + offset;
    }
    return new LongColumn(FieldType.TIMESTAMP, result, times.nulls());
  }

  @Override
  public boolean mayFail() {
    return Node.mayFail(time);
  }

  @Override
  public String toString() {
    return "WINDOW_START(" + time + ", " + size + ", " + offset + ")";
  }
}
