/**
 * What holds for every HTTP request, whichever door it goes to: who may ask from where, and how
 * much a socket may hold.
 *
 * <p>Runs on the event loops and never waits. Holds nothing, so nothing fills up.
 */
@NullMarked
package dev.sluice.gateway.http;

import org.jspecify.annotations.NullMarked;
