package dev.sluice.gateway.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over real connections of the native transport, which is there on Linux. */
class StraightOutTest {
  private static final int SOON_SECONDS = 60;
  private static final String ENCODER = "encoder";
  private static final int LARGE = 16 << 20;

  private EventLoopGroup loops;

  @BeforeEach
  void start() {
    assumeTrue(Epoll.isAvailable());
    loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  }

  @AfterEach
  void stop() {
    if (loops != null) {
      loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
  }

  @Test
  void bytesAreReadByThePeerAndStayForTheNextConnection() throws Exception {
    try (Connection connection = connect()) {
      ByteBuf bytes = direct("a row\n");
      int written = connection.onLoop(() -> connection.way().write(bytes));

      assertThat(written).isEqualTo(6);
      assertThat(bytes.readableBytes()).isEqualTo(6);
      assertThat(bytes.refCnt()).isEqualTo(1);
      assertThat(connection.in().readNBytes(6))
          .asString(StandardCharsets.US_ASCII)
          .isEqualTo("a row\n");
      bytes.release();
    }
  }

  @Test
  void whatTheSocketDoesNotTakeIsTheCallersAndNothingOvertakesIt() throws Exception {
    try (Connection connection = connect()) {
      ByteBuf large = PooledByteBufAllocator.DEFAULT.directBuffer(LARGE).writeZero(LARGE);
      ByteBuf small = direct("late");
      int written = connection.onLoop(() -> connection.way().write(large));
      int overtaken =
          connection.onLoop(
              () -> {
                connection.encoder().writeAndFlush(large.skipBytes(written));
                return connection.way().write(small);
              });

      assertThat(written).isBetween(1, LARGE - 1);
      assertThat(overtaken).isZero();
      small.release();
    }
  }

  @Test
  void thereIsNoneWhereSomethingElseSeesWhatIsWritten() throws Exception {
    try (Connection connection = connect(new ChannelOutboundHandlerAdapter())) {
      assertThat(connection.onLoop(connection::way)).isNull();
    }
  }

  @Test
  void connectionThatHasEndedTakesNothing() throws Exception {
    try (Connection connection = connect()) {
      ByteBuf bytes = direct("a row\n");
      StraightOut way = connection.onLoop(connection::way);
      connection.server.close().sync();

      assertThat(connection.onLoop(() -> way.write(bytes))).isZero();
      bytes.release();
    }
  }

  private static ByteBuf direct(String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    return PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(ascii);
  }

  private Connection connect(ChannelHandler... before) throws Exception {
    CompletableFuture<Channel> accepted = new CompletableFuture<>();
    Channel listening =
        new ServerBootstrap()
            .group(loops)
            .channel(EpollServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(before).addLast(ENCODER, new HttpServerCodec());
                    accepted.complete(channel);
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    InetSocketAddress address = (InetSocketAddress) listening.localAddress();
    Socket client = new Socket(address.getAddress(), address.getPort());
    return new Connection(client, accepted.get(SOON_SECONDS, TimeUnit.SECONDS));
  }

  private record Connection(Socket client, Channel server) implements AutoCloseable {
    StraightOut way() {
      return StraightOut.past(encoder());
    }

    ChannelHandlerContext encoder() {
      return server.pipeline().context(ENCODER);
    }

    InputStream in() throws Exception {
      return client.getInputStream();
    }

    <T> T onLoop(Callable<T> work) throws Exception {
      return server.eventLoop().submit(work).get(SOON_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
      client.close();
      server.close().sync();
    }
  }
}
