/**
 * Reference tables: rows in PostgreSQL that streams are joined with, and the copies of them that a
 * process joins with.
 *
 * <p>Rows are read and written on any thread, over a few connections; who finds them all taken
 * waits, and is told CATALOG_UNAVAILABLE after the settings' timeout.
 */
@NullMarked
package dev.sluice.engine.reference;

import org.jspecify.annotations.NullMarked;
