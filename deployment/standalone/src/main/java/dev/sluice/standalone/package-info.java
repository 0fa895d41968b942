/**
 * Everything in one process: Kafka, PostgreSQL, the gateway and, in the demo, the fleet.
 *
 * <p>Parts are started by the main thread, and stopped by the JVM's shutdown thread in the opposite
 * order, or by the main thread where one of them does not start. Nothing is queued here. A start
 * that is asked to stop half-way finishes the part it is at, then stops what there is.
 */
@NullMarked
package dev.sluice.standalone;

import org.jspecify.annotations.NullMarked;
