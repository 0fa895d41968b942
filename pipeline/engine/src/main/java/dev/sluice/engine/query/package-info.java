/**
 * Live queries: one computation per plan, any number of subscribers.
 *
 * <p>Computations run on threads of the engine, a batch a slice. A subscriber gets its events on
 * the thread that feeds it or that requests them, and must not wait there. Each subscriber has one
 * buffer, bounded in bytes. When it is full, a query at the tail drops its oldest rows and says so;
 * a query of the past waits, and holds what came of one poll of the log.
 */
@NullMarked
package dev.sluice.engine.query;

import org.jspecify.annotations.NullMarked;
