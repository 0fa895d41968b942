/**
 * The log on Apache Kafka. The only package that knows reactor-kafka and Kafka's clients.
 *
 * <p>Appends go through one long-lived reactor-kafka send, which runs on a thread of its own and
 * completes appends there. What waits to be sent is bounded twice: the callers' budget of bytes,
 * and {@code sluice.kafka.append-queue} frames, beyond which an append fails with OVERLOADED.
 * Readers are raw consumers, polled on the engine's reading threads; a consumer holds at most
 * {@code fetch.max.bytes} undecoded.
 */
@NullMarked
package dev.sluice.engine.log.kafka;

import org.jspecify.annotations.NullMarked;
