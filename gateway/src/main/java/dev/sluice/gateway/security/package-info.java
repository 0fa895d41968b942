/**
 * Who calls, and what they may do: {@link dev.sluice.gateway.security.Caller} is what every door
 * asks.
 *
 * <p>A caller is found where a connection or a request begins, on its event loop, and does not
 * change while that lasts: by a token, a ticket, or the {@linkplain
 * dev.sluice.gateway.security.Certified certificate} of the connection. A ticket is looked for in
 * PostgreSQL, and keys where their address is. {@link dev.sluice.gateway.security.HttpRights} has
 * the right that each request of HTTP needs, {@code RSocketDoor.require} that of RSocket, and what
 * is asked in SQL is decided on its plan.
 *
 * <p>When it is full: of tokens found good so many are remembered, those used last; so many tickets
 * wait to be used, and the next is refused.
 */
@NullMarked
package dev.sluice.gateway.security;

import org.jspecify.annotations.NullMarked;
