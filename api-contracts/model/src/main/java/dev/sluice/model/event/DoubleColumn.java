package dev.sluice.model.event;

import dev.sluice.model.stream.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * DOUBLE.
 *
 * @param values a value per row
 */
@SuppressWarnings("ArrayRecordComponent") // the arrays are the point; columns are never compared
public record DoubleColumn(double[] values, long @Nullable [] nulls) implements Column {
  @Override
  public FieldType type() {
    return FieldType.DOUBLE;
  }
}
