/**
 * Groups and their aggregates, in arrays: a slot per group, an array per accumulator.
 *
 * <p>A table belongs to one computation and is used by one thread at a time. It grows with its
 * groups; who owns it bounds them.
 */
@NullMarked
package dev.sluice.engine.aggregate;

import org.jspecify.annotations.NullMarked;
