package dev.sluice.client;

/**
 * A device's counters at one moment, in events, since it was built. {@code taken = acked + rejected
 * + failed + dropped + buffered}.
 *
 * @param taken handed over and let into the buffer, or found in it at the start
 * @param sent put on the wire for the first time
 * @param resent put on the wire again, after a lost connection or because the gateway asked for it
 * @param acked stored by the gateway
 * @param rejected refused by the gateway for good
 * @param failed given up when the device failed or was closed
 * @param dropped let go of because the buffer was full ({@link WhenFull#DROP_OLDEST}), or not
 *     readable from the disk; a frame of the caller's making that is still on the disk counts as
 *     one
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
    long dropped,
    long buffered,
    long connections) {
  DeviceCounters withOnDisk(long unread, long dropped) {
    return new DeviceCounters(
        taken + unread + dropped,
        sent,
        resent,
        acked,
        rejected,
        failed,
        dropped,
        buffered + unread,
        connections);
  }
}
