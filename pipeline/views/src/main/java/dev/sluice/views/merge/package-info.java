/**
 * The second stage of views: one Kafka Streams application that merges what the first stage hands
 * on, and writes the rows of windows that are closed.
 *
 * <p>Runs on the threads of Kafka Streams, each record in a transaction with its rows and with what
 * is kept of it. Such a thread waits where the catalog does not know a view yet, for seconds. What
 * is held is in stores in memory, with changelogs. A view that holds more of a partition than it
 * may fails, says why, and is forgotten; the others go on. When Kafka takes no rows, none of its
 * records are read.
 */
@NullMarked
package dev.sluice.views.merge;

import org.jspecify.annotations.NullMarked;
