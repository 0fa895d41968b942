/**
 * The demo fleet: recorded buses, replayed as devices, one RSocket connection each.
 *
 * <p>Threads: one timer, on Reactor's parallel scheduler, hands all buses the reports that are due;
 * one event loop of the fleet's own carries all connections. The recordings are read on the bounded
 * elastic scheduler.
 *
 * <p>When a bus's buffer is full, because the gateway has asked for nothing for about a quarter of
 * an hour, its further reports are dropped and counted.
 */
@NullMarked
package dev.sluice.fleet;

import org.jspecify.annotations.NullMarked;
