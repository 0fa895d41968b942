package dev.sluice.model.event;

import dev.sluice.model.stream.FieldType;
import org.jspecify.annotations.Nullable;

/** The values of one field, a row each. What stands at a null row is undefined. */
public sealed interface Column permits LongColumn, DoubleColumn, StringColumn {

  FieldType type();

  /** The {@link Bitmap} of the rows that are null, or null if none is. */
  long @Nullable [] nulls();

  default boolean isNull(int row) {
    return Bitmap.get(nulls(), row);
  }
}
