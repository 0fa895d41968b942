/**
 * Where a subscriber is in a query's result, and the token that says so: signed, small, good on any
 * gateway.
 *
 * <p>Plain values and one codec, usable on any thread. Nothing here holds anything, so nothing
 * fills up; a token's size grows with the stream's partitions alone.
 */
@NullMarked
package dev.sluice.engine.resume;

import org.jspecify.annotations.NullMarked;
