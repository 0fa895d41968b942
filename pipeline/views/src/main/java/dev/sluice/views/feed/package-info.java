/**
 * Makes events of a stream of a view's rows.
 *
 * <p>Called on the threads of both stages, each with its own. Holds nothing: what it makes goes
 * into the transaction that the row is in, and counts for that one's bounds.
 */
@NullMarked
package dev.sluice.views.feed;

import org.jspecify.annotations.NullMarked;
