package dev.sluice.fleet;

import org.jspecify.annotations.Nullable;

/**
 * One recorded report of a bus.
 *
 * @param recorded when it was measured, milliseconds of the epoch
 * @param bus unique over all days of the recording
 * @param speed metres a second, as recorded, however implausible
 * @param latitude degrees, as recorded
 * @param longitude degrees, as recorded
 */
record Report(
    long recorded,
    String bus,
    @Nullable String route,
    @Nullable String trip,
    @Nullable String headsign,
    double speed,
    double latitude,
    double longitude) {}
