/**
 * Makes the gateway's parts out of its settings: the engine's objects are plain Java and become
 * beans here.
 *
 * <p>Runs on the starting thread, once. Holds nothing, so nothing fills up.
 */
@NullMarked
package dev.sluice.gateway.wiring;

import org.jspecify.annotations.NullMarked;
