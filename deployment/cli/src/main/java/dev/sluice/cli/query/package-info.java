/**
 * {@code sluice query}: live answers as a table or as lines. Runs on the main thread. Output that
 * is slow (a paused pipe) slows the reading, and the gateway's own bound for a subscriber then
 * decides; a table keeps the rows of one window, or the last few, and no more.
 */
@NullMarked
package dev.sluice.cli.query;

import org.jspecify.annotations.NullMarked;
