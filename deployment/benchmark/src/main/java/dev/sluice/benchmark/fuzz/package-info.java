/**
 * Hostile input: valid requests of every door, changed a little, and what must never come of them.
 * Speaks to a running gateway alone, and knows none of its classes.
 */
@NullMarked
package dev.sluice.benchmark.fuzz;

import org.jspecify.annotations.NullMarked;
