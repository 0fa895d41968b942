package dev.sluice.gateway.ingest;

import dev.sluice.gateway.presence.Peer;
import dev.sluice.gateway.presence.SentKeys;
import dev.sluice.gateway.quota.Rate;
import dev.sluice.gateway.security.Caller;
import dev.sluice.model.json.FrameFormat;

/**
 * A batch of events as it came in.
 *
 * @param number on its connection, from 0
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way to the log; never compared
record Frame(String stream, long number, FrameFormat format, byte[] data, Origin origin) {

  /**
   * Where frames come from.
   *
   * @param door one of those of {@link Doors}
   * @param device what is known of who sent it: its connection
   * @param keys that the events had which it sent
   * @param rate at which the caller may send
   */
  record Origin(String door, String device, Caller caller, Peer peer, SentKeys keys, Rate rate) {

    /** One that holds no connection. */
    Origin(String door, String device, Caller caller, Rate rate) {
      this(door, device, caller, Peer.UNKNOWN, SentKeys.UNSEEN, rate);
    }
  }
}
