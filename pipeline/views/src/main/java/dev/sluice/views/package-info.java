/**
 * The life of the views of this process: which of them run, and in which stages.
 *
 * <p>A change of the catalog is followed on the pipeline's own thread. Nothing waits here: each
 * stage has its own threads, and says of itself what happens when it is full.
 */
@NullMarked
package dev.sluice.views;

import org.jspecify.annotations.NullMarked;
