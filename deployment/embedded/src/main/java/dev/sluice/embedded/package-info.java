/**
 * A real Kafka broker and a real PostgreSQL, started and stopped by this process.
 *
 * <p>Each {@code start} blocks its caller until the server answers, and each {@code close} until it
 * has stopped; the servers run on their own threads and processes. Nothing is queued here: what
 * happens when a disk or a broker is full is the server's own answer. A server that cannot start
 * leaves nothing behind and says why in one line, an {@link
 * dev.sluice.embedded.EmbeddedServerException}.
 */
@NullMarked
package dev.sluice.embedded;

import org.jspecify.annotations.NullMarked;
