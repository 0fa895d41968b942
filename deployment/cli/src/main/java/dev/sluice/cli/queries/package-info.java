/**
 * {@code sluice queries}: what the gateway runs.
 *
 * <p>Runs on the main thread. Holds one answer of the gateway, which bounds it.
 */
@NullMarked
package dev.sluice.cli.queries;

import org.jspecify.annotations.NullMarked;
