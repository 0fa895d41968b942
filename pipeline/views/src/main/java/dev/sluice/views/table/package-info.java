/**
 * The typed tables of views in PostgreSQL.
 *
 * <p>One reader for each view that has a table, on a thread of its own. While PostgreSQL is slow or
 * away it holds a batch and does not poll: the rows wait in the log.
 */
@NullMarked
package dev.sluice.views.table;

import org.jspecify.annotations.NullMarked;
