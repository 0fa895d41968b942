/**
 * The door for whoever looks after streams: declare, list, read, delete, and state a watermark;
 * after views: define, list, read, delete; and after the queries that run: list, read, end.
 *
 * <p>Runs on the event loops and on the threads of the catalog and the log, and never waits. Holds
 * one past extent per stream that was asked for, for its rate.
 */
@NullMarked
package dev.sluice.gateway.admin;

import org.jspecify.annotations.NullMarked;
