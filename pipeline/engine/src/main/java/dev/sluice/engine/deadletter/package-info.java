/**
 * Dead letters: what was not taken as an event, kept in a topic of the stream to be looked at, sent
 * again or deleted. Reads are of committed records; what is sent again or deleted is said by a mark
 * in the same topic, in the transaction of the events.
 *
 * <p>Runs on the threads {@code sluice-dead-letters}, replays and deletions one after the other on
 * {@code sluice-dead-letters-replay}; what they are asked blocks them and nobody else.
 *
 * <p>When it is full: what waits for these threads is bounded, beyond that is OVERLOADED. A page is
 * bounded in letters, in bytes and in what is read for it; what is remembered of a stream is a byte
 * a letter, and a stream has a most of letters, beyond which the oldest go.
 */
@NullMarked
package dev.sluice.engine.deadletter;

import org.jspecify.annotations.NullMarked;
