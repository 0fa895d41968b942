/**
 * What a stream is: its fields, which of them are key, event time and id, and the rules of its
 * time.
 *
 * <p>Plain values, usable on any thread. Nothing here holds anything, so nothing fills up.
 */
@NullMarked
package dev.sluice.model.stream;

import org.jspecify.annotations.NullMarked;
