/**
 * What a view computes and what its rows are like: from its SQL, or the reason why it cannot be
 * one.
 *
 * <p>Plans on the thread that asks, or on a few of its own where a Mono says so; when too many wait
 * for those, the next is refused with OVERLOADED.
 */
@NullMarked
package dev.sluice.engine.view;

import org.jspecify.annotations.NullMarked;
