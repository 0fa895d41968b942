/**
 * What the demo has besides a house and a fleet: switches under {@code /demo} that make trouble on
 * purpose, so that it is to be seen what becomes of it. Nothing else knows of them, and nothing of
 * them is there where no demo runs.
 *
 * <p>Requests are answered on Reactor's bounded elastic threads; what goes through the relay before
 * Kafka, on its one event loop. At most one stalled subscriber and one pause are there at a time;
 * the relay holds what Netty's high water mark allows of each connection. All of it is undone when
 * the demo stops.
 */
@NullMarked
package dev.sluice.standalone.demo;

import org.jspecify.annotations.NullMarked;
