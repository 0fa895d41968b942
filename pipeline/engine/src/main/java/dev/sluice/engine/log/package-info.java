/**
 * The log: what is appended to it, and reading it as column batches.
 *
 * <p>Appending is reactive and may be called on any thread. A {@link
 * dev.sluice.engine.log.LogReader} blocks while it polls and belongs to one thread at a time; the
 * engine runs readers on threads of its own, never on an event loop. A reader holds no more than
 * the batches of one poll. What an append does when the log is slow is written at {@link
 * dev.sluice.engine.log.EventLog#append}.
 */
@NullMarked
package dev.sluice.engine.log;

import org.jspecify.annotations.NullMarked;
