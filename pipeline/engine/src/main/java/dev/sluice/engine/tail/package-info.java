/**
 * The tail of each stream that is asked for: one reader, one decode, a ring of immutable batches
 * for all queries.
 *
 * <p>A tail reads on a thread of its own. Whoever follows it keeps a place on the ring and reads on
 * any thread. The ring holds {@code sluice.tail.capacity} events: when it is full the oldest go,
 * and who had not read it yet is told so and reads the log instead. The tail waits for nobody.
 */
@NullMarked
package dev.sluice.engine.tail;

import org.jspecify.annotations.NullMarked;
