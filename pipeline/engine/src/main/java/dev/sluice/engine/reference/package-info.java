/**
 * Reference tables: rows in PostgreSQL that streams are joined with, and the copies of them that a
 * process joins with.
 *
 * <p>Rows are read and written on any thread, over a few connections; who finds them all taken
 * waits, and is told CATALOG_UNAVAILABLE after the settings' timeout. A copy is read by any number
 * of threads without waiting, as immutable snapshots; the drivers' threads make the next one. A
 * table that does not fit into its bound ends its copy, and with it who joins it. Announcements
 * that wait are bounded: of more, everything is read again.
 */
@NullMarked
package dev.sluice.engine.reference;

import org.jspecify.annotations.NullMarked;
