/**
 * What holds for every connection, whichever port it came to: how many there may be, how long the
 * head of a request may take, how long a socket may take nothing.
 *
 * <p>Runs on the event loops and never waits. Holds nothing of a connection but what it counts.
 * When there are as many connections as may be, a further one is told so and closed.
 */
@NullMarked
package dev.sluice.gateway.connection;

import org.jspecify.annotations.NullMarked;
