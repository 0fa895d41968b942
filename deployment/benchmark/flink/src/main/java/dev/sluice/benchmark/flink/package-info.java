/**
 * Flink SQL as a baseline of the replay benchmark: a process of its own, whose libraries are not
 * the benchmark's.
 *
 * <p>The main thread does what its standard input asks, one question after the other, and waits for
 * Flink. What is held is the rows of one answer.
 */
@NullMarked
package dev.sluice.benchmark.flink;

import org.jspecify.annotations.NullMarked;
