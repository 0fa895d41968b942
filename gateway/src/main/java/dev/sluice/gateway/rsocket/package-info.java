/**
 * RSocket, over TCP and over WebSocket at {@code /rsocket}: one acceptor behind both, which leads
 * each request to the door of its route, and says every failure as a problem document.
 *
 * <p>Runs on the event loops. Holds no more of a connection than one frame that has not wholly
 * come, which may be twice the greatest; a longer one ends its connection, as does whatever cannot
 * be read, with an error that says so. What a door does when it is full, it says itself.
 */
@NullMarked
package dev.sluice.gateway.rsocket;

import org.jspecify.annotations.NullMarked;
