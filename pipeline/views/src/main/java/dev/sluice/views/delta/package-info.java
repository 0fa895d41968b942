/**
 * What the first stage of a view hands to the second: the records of one topic, written and read.
 *
 * <p>Plain values, usable on any thread. Nothing is held here.
 */
@NullMarked
package dev.sluice.views.delta;

import org.jspecify.annotations.NullMarked;
