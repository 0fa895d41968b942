/**
 * Streams a device's events to a Sluice gateway over RSocket, and tells which of them are stored;
 * and asks questions, whose answers go on after a lost connection.
 *
 * <p>What is handed to a {@link dev.sluice.client.SluiceDevice} is kept in memory, or on a disk
 * ({@link dev.sluice.client.DiskBuffer}), until the gateway has acknowledged it. A frame leaves
 * only on the gateway's demand (RSocket {@code REQUEST_N}). After a lost connection the frames that
 * were not acknowledged are sent again, the same bytes, so that a stream with an {@code id} field
 * counts each event once.
 *
 * <p>Threads: any thread may hand events over, none is ever blocked, but by its own writing to a
 * disk buffer. What is read back from the disk, or deleted, is so on the buffer's thread.
 * Acknowledgements arrive on the event loop of the connection; what listens to them must not block.
 *
 * <p>When the buffer is full, {@code offer} answers false and {@code send} stops asking its
 * publisher for more; nothing is dropped, unless {@link dev.sluice.client.WhenFull} says so.
 */
@NullMarked
package dev.sluice.client;

import org.jspecify.annotations.NullMarked;
