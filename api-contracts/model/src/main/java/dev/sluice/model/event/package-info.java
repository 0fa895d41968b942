/**
 * Events as columns: between the log's record and the result row an event is a row in a batch, not
 * an object.
 *
 * <p>Batches are immutable once built and may be read on any thread. Arrays are shared, not copied:
 * whoever gets one reads it. A batch holds at most {@link
 * dev.sluice.model.event.EventBatch#MAX_ROWS} rows.
 */
@NullMarked
package dev.sluice.model.event;

import org.jspecify.annotations.NullMarked;
