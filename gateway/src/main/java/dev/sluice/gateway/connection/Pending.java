package dev.sluice.gateway.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/** What waits in a connection. */
public final class Pending {
  private Pending() {}

  /** Bytes that were handed to the connection and have not left the process. Any thread. */
  public static long bytes(Channel channel) {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }
}
