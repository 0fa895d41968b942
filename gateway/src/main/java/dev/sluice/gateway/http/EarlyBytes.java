package dev.sluice.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * Ends a connection on which something came between a request to upgrade to WebSocket and its
 * answer, which RFC 6455 (4.1) forbids. Netty hands such bytes on undecoded; reactor-netty keeps
 * them for a reader that never comes, and never gives their memory back.
 */
@Sharable
final class EarlyBytes extends ChannelInboundHandlerAdapter {
  static final EarlyBytes INSTANCE = new EarlyBytes();

  private EarlyBytes() {}

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf) {
      ReferenceCountUtil.release(message);
      // Once the upgrade is through, so that whoever it was for ends as it would for any other
      // reason.
      context.executor().execute(context::close);
    } else {
      context.fireChannelRead(message);
    }
  }
}
