package dev.sluice.gateway.rsocket;

import io.rsocket.frame.FrameLengthCodec;

/**
 * The greatest RSocket frame.
 *
 * @param bytes at most RSocket's own limit of 16 MiB less one
 */
record FrameLimit(int bytes) {
  /** Metadata and headers. */
  private static final int OVERHEAD = 16 << 10;

  static FrameLimit twice(long payloadBytes) {
    return new FrameLimit(
        (int) Math.min(2 * payloadBytes + OVERHEAD, FrameLengthCodec.FRAME_LENGTH_MASK));
  }
}
