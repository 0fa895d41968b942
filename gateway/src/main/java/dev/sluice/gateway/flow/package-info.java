/**
 * What is to be seen of this gateway while it works: {@code GET /v1/flow}.
 *
 * <p>One thread, {@code sluice-flow}, looks at everything once a second, for all who look and only
 * while somebody does; whatever is looked at takes no notice. Documents go out on the lookers'
 * event loops.
 *
 * <p>When it is full: so many lookers are let in, and the next is refused. A looker whose
 * connection is full misses what comes meanwhile.
 */
@NullMarked
package dev.sluice.gateway.flow;

import org.jspecify.annotations.NullMarked;
