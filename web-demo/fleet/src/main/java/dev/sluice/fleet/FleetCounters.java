package dev.sluice.fleet;

/**
 * The fleet at one moment, in events since its start, but for {@code buses} and {@code connected}.
 * {@code due = early + dropped + taken} and {@code taken = acked + rejected + failed + buffered}.
 *
 * @param buses how many there are
 * @param connected how many have a connection now
 * @param due reports whose time has come
 * @param early reports of buses that had not set out yet; not sent
 * @param dropped reports for which a bus's buffer had no room, or whose device had ended; not sent
 * @param taken handed to the devices
 * @param acked stored by the gateway
 * @param rejected refused by the gateway
 * @param failed given up when a device ended
 * @param buffered not acknowledged yet
 * @param resent put on the wire again
 */
public record FleetCounters(
    int buses,
    int connected,
    long due,
    long early,
    long dropped,
    long taken,
    long acked,
    long rejected,
    long failed,
    long buffered,
    long resent) {}
