package dev.sluice.model.event;

import dev.sluice.model.stream.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * LONG, TIMESTAMP (milliseconds of the epoch) or BOOLEAN (0 or 1).
 *
 * @param values a value per row
 */
@SuppressWarnings("ArrayRecordComponent") // the arrays are the point; columns are never compared
public record LongColumn(FieldType type, long[] values, long @Nullable [] nulls)
    implements Column {}
