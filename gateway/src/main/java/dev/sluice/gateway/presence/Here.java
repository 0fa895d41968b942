package dev.sluice.gateway.presence;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A device that is here, as it is shown.
 *
 * @param subject who it has shown to be
 * @param device the key that it is bound to, or else that all its events had
 * @param since ms of the epoch
 * @param lastAcked number of the last frame that was stored
 * @param events that were stored
 * @param bytes of the frames that they were in
 * @param credit frames that it may send now
 */
record Here(
    String connection,
    String door,
    String stream,
    @Nullable String address,
    @Nullable String client,
    String subject,
    @Nullable String device,
    long since,
    @JsonProperty("last-acked") @Nullable Long lastAcked,
    long events,
    long bytes,
    @JsonProperty("events-per-second") double eventsPerSecond,
    @JsonProperty("bytes-per-second") double bytesPerSecond,
    int credit,
    String gateway) {}
