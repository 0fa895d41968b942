/**
 * The gateway: the doors of Sluice, HTTP and RSocket.
 *
 * <p>This package only starts it. Each door is a package of its own, and says there on which thread
 * it runs and what happens when it is full.
 */
@NullMarked
package dev.sluice.gateway;

import org.jspecify.annotations.NullMarked;
