/**
 * What is to be seen of the way of the data: every buffer on it, and what goes from one place to
 * the next. Whatever is registered with {@link dev.sluice.engine.flow.Flow} is a meter and is shown
 * by the gateway: it cannot be on one and not on the other.
 *
 * <p>Counted on whatever thread does the work, by counters that never wait; looked at on any. Holds
 * a fixed number of counters each, so nothing fills up.
 */
@NullMarked
package dev.sluice.engine.flow;

import org.jspecify.annotations.NullMarked;
