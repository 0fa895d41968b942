/**
 * System benchmarks: Sluice, in a process of its own, against the raw Kafka client on the same
 * broker, in turns.
 *
 * <p>The main thread waits for one contender after the other; every wait has a limit, after which
 * the run fails. What is held is what one round sends, made before it starts. Nothing else is
 * queued, save what a device may not send yet in the latency benchmark: bounded, and an overflow
 * fails the run.
 */
@NullMarked
package dev.sluice.benchmark;

import org.jspecify.annotations.NullMarked;
