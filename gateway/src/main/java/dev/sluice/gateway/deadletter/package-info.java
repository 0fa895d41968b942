/**
 * The door for dead letters: to look at them, to follow them, to send them again and to delete
 * them.
 *
 * <p>Runs on the event loops; the letters come on the engine's threads.
 *
 * <p>When it is full: a page of JSON has a bound, and a stream of them is read page by page, each
 * when the connection can take it, so that a slow reader holds a page and nobody up. One that takes
 * nothing for a minute is cut off and may come back where it was. Readers are {@code
 * sluice.dead-letters.max-readers} at most.
 */
@NullMarked
package dev.sluice.gateway.deadletter;

import org.jspecify.annotations.NullMarked;
