/**
 * Tells others of a view's rows: a POST of each, signed, at least once.
 *
 * <p>Each webhook reads its view's topic as a group of its own, on a thread that may wait, and has
 * a few POSTs under way at a time. While its receiver takes none, nothing more is read, and the
 * topic holds the rows; a row that is refused for minutes goes to the view's dead letters, in the
 * transaction that commits how far it is.
 */
@NullMarked
package dev.sluice.views.webhook;

import org.jspecify.annotations.NullMarked;
