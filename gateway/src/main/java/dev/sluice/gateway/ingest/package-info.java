/**
 * Events in: one path from a frame of bytes to the log and back to an ack, and the doors that lead
 * to it, RSocket, WebSocket and HTTP.
 *
 * <p>A door hands a frame over on its connection's event loop. The frame is decoded and given to
 * the log on the threads {@code sluice-ingest}, in the order of its connection; its ack is made
 * there too, comes back on the log's thread, and hops to the event loop once.
 *
 * <p>When it is full: bytes in flight are bounded by {@link
 * dev.sluice.gateway.ingest.IngestBudget}. A device on RSocket or WebSocket is granted no further
 * frames, and one that uses the one frame it may always send is told to send it again; an HTTP
 * request waits before its body is read, and then gets 503; what nobody would be told of is dropped
 * and counted. A frame in flight is stored even if its device has gone.
 */
@NullMarked
package dev.sluice.gateway.ingest;

import org.jspecify.annotations.NullMarked;
