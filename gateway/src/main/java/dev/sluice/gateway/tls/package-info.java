/**
 * TLS on every port, from PEM files that may change while the gateway runs.
 *
 * <p>Files are read on the thread {@code sluice-tls}, now and then; handshakes are the event
 * loops'. Holds two contexts at most: the one that is used, and those that open connections began
 * with.
 */
@NullMarked
package dev.sluice.gateway.tls;

import org.jspecify.annotations.NullMarked;
