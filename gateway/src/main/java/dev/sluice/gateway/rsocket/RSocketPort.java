package dev.sluice.gateway.rsocket;

import io.netty.channel.Channel;
import io.rsocket.transport.ServerTransport.ConnectionAcceptor;
import io.rsocket.transport.netty.RSocketLengthCodec;
import io.rsocket.transport.netty.TcpDuplexConnection;
import java.net.InetSocketAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.rsocket.server.RSocketServer;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpServer;

/**
 * RSocket over TCP. What rsocket-java's own transport does, which keeps to itself by which channel
 * a connection came, and so its client's certificate.
 */
final class RSocketPort implements RSocketServer {
  private final TcpServer server;
  private final int maxFrameBytes;
  private final Function<Channel, ConnectionAcceptor> acceptors;
  private @Nullable DisposableServer bound;

  RSocketPort(
      TcpServer server, int maxFrameBytes, Function<Channel, ConnectionAcceptor> acceptors) {
    this.server = server.doOnConnection(this::serve);
    this.maxFrameBytes = maxFrameBytes;
    this.acceptors = acceptors;
  }

  /** Once it is secured, where it is. */
  private void serve(Connection connection) {
    connection.addHandlerLast(new RSocketLengthCodec(maxFrameBytes));
    acceptors
        .apply(connection.channel())
        .apply(new TcpDuplexConnection("server", connection))
        .then(Mono.<Void>never())
        .subscribe(connection.disposeSubscriber());
  }

  @Override
  public synchronized void start() {
    bound = server.bindNow();
  }

  @Override
  public synchronized void stop() {
    if (bound != null) {
      bound.disposeNow();
      bound = null;
    }
  }

  @Override
  public synchronized @Nullable InetSocketAddress address() {
    return bound == null ? null : (InetSocketAddress) bound.address();
  }
}
