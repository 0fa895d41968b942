/**
 * Problems at the edge: whatever failed becomes one RFC 9457 problem here, and is logged here,
 * once.
 *
 * <p>Runs on the thread that failed. Holds nothing, so nothing fills up.
 */
@NullMarked
package dev.sluice.gateway.problem;

import org.jspecify.annotations.NullMarked;
