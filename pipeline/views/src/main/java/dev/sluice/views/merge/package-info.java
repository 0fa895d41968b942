/**
 * The second stage of views: one Kafka Streams application that merges what the first stage hands
 * on, and writes the rows of windows that are closed.
 *
 * <p>Runs on the threads of Kafka Streams, which poll no more while a task is at work. What is held
 * is in stores with changelogs.
 */
@NullMarked
package dev.sluice.views.merge;

import org.jspecify.annotations.NullMarked;
