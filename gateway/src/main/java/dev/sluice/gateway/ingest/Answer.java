package dev.sluice.gateway.ingest;

import io.netty.buffer.ByteBuf;

/**
 * An ack and its bytes, made before the log is asked so that its thread need not.
 *
 * @param hold what is held until the device's socket has taken them
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way to a socket; never compared
record Answer(Ack ack, byte[] json, Hold hold) {

  /** What an answer holds. Any thread. */
  interface Hold {
    Hold NONE =
        new Hold() {
          @Override
          public void handOver() {}

          @Override
          public void letGo() {}
        };

    /** From now on the connection has the bytes, and says when it has them no more. */
    void handOver();

    /** The socket has taken the bytes, or never will; the second time does nothing. */
    void letGo();
  }

  static Answer of(Ack ack) {
    return new Answer(ack, ack.toJson(), Hold.NONE);
  }

  Answer holding(Hold other) {
    return new Answer(ack, json, other);
  }

  /** Its bytes, for the connection. */
  ByteBuf bytes() {
    return bytes(json);
  }

  /**
   * The same for what is said instead.
   *
   * @param told the ack, and perhaps more
   */
  ByteBuf bytes(byte[] told) {
    hold.handOver();
    return AckBytes.of(told, hold::letGo);
  }
}
