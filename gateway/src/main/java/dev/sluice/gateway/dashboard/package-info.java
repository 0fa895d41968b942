/**
 * The dashboard's page, where its jar is on the class path: {@code /} and its parts. Knows nothing
 * of what is in them.
 *
 * <p>Files are read from the class path off the event loop, compressed already, and are not kept.
 * Holds nothing, so nothing fills up.
 */
@NullMarked
package dev.sluice.gateway.dashboard;

import org.jspecify.annotations.NullMarked;
