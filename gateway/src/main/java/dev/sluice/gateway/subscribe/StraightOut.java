package dev.sluice.gateway.subscribe;

import dev.sluice.gateway.connection.Pending;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandler;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The short way of bytes to a connection on which nothing waits: to its socket at once. They are
 * not taken over, so that one buffer is written to any number of connections; Netty's way makes a
 * duplicate, an entry of the outbound buffer and two counts of it for each.
 *
 * <p>Only where that is all the same: with a native transport, and where nothing stands between the
 * encoder and the socket that would see what is written, as TLS does.
 */
final class StraightOut {
  private final Channel channel;
  private final Socket socket;

  private StraightOut(Channel channel, Socket socket) {
    this.channel = channel;
    this.socket = socket;
  }

  /**
   * @param encoder the handler that would write the bytes otherwise
   * @return null if there is no such way
   */
  static @Nullable StraightOut past(ChannelHandlerContext encoder) {
    Channel channel = encoder.channel();
    for (Map.Entry<String, ChannelHandler> handler : channel.pipeline()) {
      if (handler.getValue() == encoder.handler()) {
        return channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket
            ? new StraightOut(channel, socket)
            : null;
      }
      if (handler.getValue() instanceof ChannelOutboundHandler) {
        return null;
      }
    }
    return null;
  }

  /**
   * Writes what the socket takes now. On the event loop.
   *
   * @param bytes its indices stay
   * @return how many were written; the rest goes by the connection, and whatever is wrong with it
   *     shows there
   */
  int write(ByteBuf bytes) {
    if (!bytes.hasMemoryAddress() || !channel.isActive() || Pending.bytes(channel) != 0) {
      return 0;
    }
    try {
      return socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
    } catch (IOException e) {
      return 0;
    }
  }
}
