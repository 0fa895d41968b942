/**
 * Who calls, and what they may do: {@link dev.sluice.gateway.security.Caller} is what every door
 * asks.
 *
 * <p>A caller is found where a connection or a request begins, on its event loop, and does not
 * change while that lasts. Holds nothing of anybody, so nothing fills up.
 */
@NullMarked
package dev.sluice.gateway.security;

import org.jspecify.annotations.NullMarked;
