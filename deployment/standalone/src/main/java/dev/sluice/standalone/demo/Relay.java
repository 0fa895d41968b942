package dev.sluice.standalone.demo;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Hands on all that comes over TCP, in both directions, but while it is paused: then every
 * connection stays, and nothing goes through it, as if the other side's process were stopped. What
 * is sent meanwhile waits with whoever sent it, and goes on at the end.
 */
public final class Relay implements AutoCloseable {
  private static final long CLOSE_MS = 2_000;

  private final InetSocketAddress target;

  /** One thread, so that nothing here needs a lock. */
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("sluice-relay", true), NioIoHandler.newFactory());

  private final ChannelGroup sides = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Channel door;
  private boolean paused;

  private Relay(InetSocketAddress listen, InetSocketAddress target) {
    this.target = target;
    door =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel client) {
                    connect(client);
                  }
                })
            .bind(listen)
            .syncUninterruptibly()
            .channel();
  }

  /** Listens at the one address and hands on to the other. */
  public static Relay start(InetSocketAddress listen, InetSocketAddress target) {
    return new Relay(listen, target);
  }

  void pause() {
    loop.execute(() -> pause(true));
  }

  void resume() {
    loop.execute(() -> pause(false));
  }

  private void pause(boolean from) {
    paused = from;
    door.config().setAutoRead(!from);
    sides.forEach(side -> side.pipeline().get(Side.class).read());
  }

  private void connect(Channel client) {
    ChannelFuture connecting =
        new Bootstrap()
            .group(client.eventLoop())
            .channel(NioSocketChannel.class)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(target);
    connecting.addListener(
        connected -> {
          Channel server = connecting.channel();
          if (connected.isSuccess() && client.isActive()) {
            join(client, server);
            join(server, client);
          } else {
            client.close();
            server.close();
          }
        });
  }

  private void join(Channel from, Channel to) {
    Side side = new Side(from, to);
    from.pipeline().addLast(side);
    sides.add(from);
    side.read();
  }

  @Override
  public void close() {
    door.close();
    sides.close();
    loop.shutdownGracefully(0, CLOSE_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_MS);
  }

  /** What comes on one connection goes to the other, no faster than that takes it. */
  private final class Side extends ChannelInboundHandlerAdapter {
    private final Channel from;
    private final Channel to;

    Side(Channel from, Channel to) {
      this.from = from;
      this.to = to;
    }

    /** Reads if it may now. */
    void read() {
      from.config().setAutoRead(!paused && to.isWritable());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      to.write(bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      to.flush();
      read();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      Side other = to.pipeline().get(Side.class);
      if (other != null) {
        other.read();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      from.close();
    }
  }
}
