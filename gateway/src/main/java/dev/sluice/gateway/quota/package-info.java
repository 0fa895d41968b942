/**
 * How much each caller may have: events and bytes a second, connections, queries and their state.
 *
 * <p>Runs on the thread of who asks, and never waits; what callers' queries hold is looked at once
 * a second, on a timer. Who is beyond a rate is granted no demand until it is over, or refused; who
 * is beyond a number is refused, and the query that holds the most is ended where their state is
 * too much. Of a caller who has nothing and is owed nothing, nothing is kept.
 */
@NullMarked
package dev.sluice.gateway.quota;

import org.jspecify.annotations.NullMarked;
