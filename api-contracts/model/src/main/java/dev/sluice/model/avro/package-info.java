/**
 * How events look in the log: Avro.
 *
 * <p>Schemas and writers are usable on any thread. An {@link dev.sluice.model.avro.EventRow}
 * belongs to one thread at a time and holds one event; the next one takes its place.
 */
@NullMarked
package dev.sluice.model.avro;

import org.jspecify.annotations.NullMarked;
