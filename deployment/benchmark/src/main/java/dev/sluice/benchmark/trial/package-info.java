/**
 * Processes that are killed while they work, and whether what they keep is right in the end.
 *
 * <p>A trial runs on the thread that calls it, which does one thing after the other; events are
 * sent by a thread of their own, and another one looks how far everything is. What waits to be sent
 * is bounded by the producer's memory: when that is full, nothing new is made. What is right is
 * worked out afterwards, plainly, from the log and the documented rules alone: none of the
 * product's operators take part.
 */
@NullMarked
package dev.sluice.benchmark.trial;

import org.jspecify.annotations.NullMarked;
