/**
 * Which devices are here, on this gateway and on the others: each connection by which one sends
 * frames, what it sends, and in {@code sluice.devices} that it came and went.
 *
 * <p>Comings and goings are told on the event loops, what is acked on the log's threads; nobody
 * waits. A gateway renews a lease in PostgreSQL; what one that is gone could not tell, another one
 * tells when its lease is over. Who is here is as many as there are connections; what gateways say
 * of theirs to each other is bounded, as is the buffer of what goes to the log.
 */
@NullMarked
package dev.sluice.gateway.presence;

import org.jspecify.annotations.NullMarked;
