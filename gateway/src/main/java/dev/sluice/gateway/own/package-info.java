/**
 * The streams that Sluice itself declares and writes: any gateway declares them at its start, and
 * they are asked, resumed and viewed as all others.
 *
 * <p>What is written waits in one named buffer of each stream, is encoded and given to the log on
 * the thread {@code sluice-own}, some events at a time, and again until the log has it; its id
 * keeps it single. When the buffer is full, an event is dropped and counted: nobody waits for it.
 */
@NullMarked
package dev.sluice.gateway.own;

import org.jspecify.annotations.NullMarked;
