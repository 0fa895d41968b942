package dev.sluice.gateway.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection with a last word. What still comes is read and thrown away for a second: a
 * socket that is closed with something unread takes back what was sent last (RFC 1122, 4.2.2.13).
 */
final class Goodbye {
  private static final long LINGER_SECONDS = 1;

  private Goodbye() {}

  /**
   * @param word goes out by the handlers before the context's
   */
  static void say(ChannelHandlerContext context, Object word) {
    Channel channel = context.channel();
    context
        .writeAndFlush(word)
        .addListener(
            written -> {
              if (channel instanceof DuplexChannel duplex
                  && channel.pipeline().get(SslHandler.class) == null) {
                duplex.shutdownOutput();
              }
            });
    channel.config().setAutoRead(true);
    context.executor().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
  }
}
