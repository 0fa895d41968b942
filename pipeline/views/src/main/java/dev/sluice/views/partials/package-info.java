/**
 * The first stage of a view: a member of its consumer group, which aggregates what it reads and
 * hands on what has changed.
 *
 * <p>One loop for each view, on a thread of its own, which waits for the log and nothing else. It
 * holds one poll and what has changed since the last transaction; when that is more than its bound,
 * a transaction comes before the next poll.
 */
@NullMarked
package dev.sluice.views.partials;

import org.jspecify.annotations.NullMarked;
