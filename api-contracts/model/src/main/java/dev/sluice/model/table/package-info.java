/**
 * What a reference table is: its definition, and that as JSON.
 *
 * <p>Immutable values, for any thread. Nothing is held.
 */
@NullMarked
package dev.sluice.model.table;

import org.jspecify.annotations.NullMarked;
