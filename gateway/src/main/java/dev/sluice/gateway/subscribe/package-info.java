/**
 * The door for questions: a live query's events as they come, or a bounded query's rows at once.
 *
 * <p>Runs on the event loops; events come on the engine's threads and are handed to the
 * connection's event loop, bytes as they are. When a client reads too slowly, its connection stops
 * asking for events as soon as its outbound buffer is full, and the engine's buffer of this
 * subscriber fills up: the engine decides then. A bounded query's rows are collected up to a bound
 * in bytes, and are refused beyond it.
 */
@NullMarked
package dev.sluice.gateway.subscribe;

import org.jspecify.annotations.NullMarked;
