/**
 * Groups and their aggregates, in arrays: a slot per group, an array per accumulator.
 *
 * <p>What a group holds can be merged into another's, and written and read, so that a result can be
 * put together from parts: a hopping window from panes, a view's from partitions.
 *
 * <p>A table belongs to one computation and is used by one thread at a time. It grows with its
 * groups, and with what some aggregates keep of each; it tells how much, and who owns it bounds it.
 */
@NullMarked
package dev.sluice.engine.aggregate;

import org.jspecify.annotations.NullMarked;
