/**
 * The rows of views in PostgreSQL: what their tables are called, and reading them as of one moment.
 *
 * <p>Who reads gets column batches, as from the log, with the place of every row there, so that the
 * log goes on exactly where the table ends. Rows come on the connection's thread and are taken on
 * the reader's; two batches wait between the two, and PostgreSQL sends no more meanwhile.
 */
@NullMarked
package dev.sluice.engine.table;

import org.jspecify.annotations.NullMarked;
