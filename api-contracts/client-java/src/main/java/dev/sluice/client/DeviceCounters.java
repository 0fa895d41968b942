package dev.sluice.client;

/**
 * A device's counters at one moment, in events, since it was built. {@code taken = acked + rejected
 * + failed + buffered}.
 *
 * @param taken handed over and let into the buffer
 * @param sent put on the wire for the first time
 * @param resent put on the wire again, after a lost connection or because the gateway asked for it
 * @param acked stored by the gateway
 * @param rejected refused by the gateway for good
 * @param failed given up when the device failed or was closed
 * @param buffered in the buffer now: not yet sent, or sent and not acknowledged
 * @param connections how many times a connection was made
 */
public record DeviceCounters(
    long taken,
    long sent,
    long resent,
    long acked,
    long rejected,
    long failed,
    long buffered,
    long connections) {}
