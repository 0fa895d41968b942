/**
 * How events look in the log: Avro.
 *
 * <p>Usable on any thread. Nothing here holds anything, so nothing fills up.
 */
@NullMarked
package dev.sluice.model.avro;

import org.jspecify.annotations.NullMarked;
