package dev.sluice.gateway.ingest;

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
   */
  record Origin(String door, String device) {}
}
