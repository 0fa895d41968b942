package dev.sluice.gateway.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/** A connection too many: it is told so, and nobody else hears of it. */
final class TurnedAway extends ChannelInboundHandlerAdapter {
  private final ByteBuf word;

  TurnedAway(ByteBuf word) {
    this.word = word;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    Goodbye.say(context, word);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {}

  @Override
  public void channelInactive(ChannelHandlerContext context) {}

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable gone) {
    context.close();
  }
}
