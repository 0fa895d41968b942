package dev.sluice.views.webhook;

import dev.sluice.model.view.WebhookReach;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Refuses to connect to an address that is out of reach. Here, and not when the name is looked up:
 * whoever owns the name may have it mean another address the next time (DNS rebinding).
 */
final class WithinReach extends ChannelOutboundHandlerAdapter {
  private final WebhookReach reach;
  private final String host;

  WithinReach(WebhookReach reach, String host) {
    this.reach = reach;
    this.host = host;
  }

  /** It may not be reached. */
  static final class OutOfReach extends IOException {
    private static final long serialVersionUID = 1L;

    final String said;

    OutOfReach(String why) {
      super(why);
      said = why;
    }
  }

  @Override
  public void connect(
      ChannelHandlerContext context,
      SocketAddress remote,
      SocketAddress local,
      ChannelPromise promise) {
    String refusal = reach.refusal(host, ((InetSocketAddress) remote).getAddress());
    if (refusal == null) {
      context.connect(remote, local, promise);
    } else {
      promise.setFailure(new OutOfReach(refusal));
    }
  }
}
