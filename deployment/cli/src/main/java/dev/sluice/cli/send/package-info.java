/**
 * {@code sluice send}: a file or standard input into a stream, over RSocket.
 *
 * <p>Threads: the file is read on Reactor's bounded elastic scheduler, one frame when there is room
 * for one; acks are counted on the connection's event loop; the main thread waits for the end.
 *
 * <p>When the gateway asks for nothing, the client's buffer fills, and the file is read no further.
 */
@NullMarked
package dev.sluice.cli.send;

import org.jspecify.annotations.NullMarked;
