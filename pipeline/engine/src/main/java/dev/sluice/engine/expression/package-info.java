/**
 * Scalar expressions, evaluated a batch at a time over columns.
 *
 * <p>Immutable and without state: a query evaluates them on whichever thread runs its slice.
 * Nothing here holds anything beyond one call.
 */
@NullMarked
package dev.sluice.engine.expression;

import org.jspecify.annotations.NullMarked;
