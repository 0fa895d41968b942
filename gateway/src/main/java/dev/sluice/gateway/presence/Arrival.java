package dev.sluice.gateway.presence;

import dev.sluice.gateway.security.Caller;

/**
 * A device that begins to send frames.
 *
 * @param door by which it came
 * @param stream that it sends to
 * @param keys of the events that it sends
 */
public record Arrival(String door, String stream, Caller caller, Peer peer, SentKeys keys) {}
