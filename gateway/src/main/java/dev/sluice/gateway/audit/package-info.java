/**
 * Who changed what, in the stream {@code sluice.audit}. A change is noted by the transaction that
 * makes it, as of the {@link dev.sluice.engine.catalog.Author} that a filter puts into the
 * request's context; from there it is handed on to the log, in order, by one gateway at a time.
 * What was refused (401, 403) goes to the log by the stream's buffer; what is done to queries and
 * dead letters is in the log before it is done.
 *
 * <p>Runs on the catalog's threads and on {@code sluice-own}. While the log is away, notes wait in
 * PostgreSQL. Of refused attempts ten a second are told, and how many were left out.
 */
@NullMarked
package dev.sluice.gateway.audit;

import org.jspecify.annotations.NullMarked;
