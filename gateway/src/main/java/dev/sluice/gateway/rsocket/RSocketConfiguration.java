package dev.sluice.gateway.rsocket;

import dev.sluice.gateway.audit.RefusedAttempts;
import dev.sluice.gateway.connection.ConnectionProperties;
import dev.sluice.gateway.connection.ConnectionRules;
import dev.sluice.gateway.http.Channels;
import dev.sluice.gateway.problem.Problems;
import dev.sluice.gateway.quota.Quotas;
import dev.sluice.gateway.security.Callers;
import dev.sluice.gateway.security.Expiry;
import dev.sluice.gateway.tls.Tls;
import dev.sluice.model.problem.Problem;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketServer;
import io.rsocket.exceptions.RejectedSetupException;
import io.rsocket.frame.ErrorFrameCodec;
import io.rsocket.frame.FrameLengthCodec;
import io.rsocket.plugins.DuplexConnectionInterceptor.Type;
import io.rsocket.transport.ServerTransport.ConnectionAcceptor;
import io.rsocket.transport.netty.server.WebsocketRouteTransport;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.reactor.netty.NettyRouteProvider;
import org.springframework.boot.rsocket.autoconfigure.RSocketProperties;
import org.springframework.boot.rsocket.context.RSocketServerBootstrap;
import org.springframework.boot.rsocket.server.RSocketServerCustomizer;
import org.springframework.boot.rsocket.server.RSocketServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.util.unit.DataSize;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.tcp.TcpServer;

/** The same acceptor and the same customizers over TCP and over WebSocket. */
@Configuration(proxyBeanMethods = false)
class RSocketConfiguration {
  private static final String WEB_SOCKET_PATH = "/rsocket";

  @Bean
  RoutingAcceptor routingAcceptor(
      ObjectProvider<RSocketDoor> doors,
      Callers callers,
      Expiry expiry,
      Quotas quotas,
      RefusedAttempts refused) {
    return new RoutingAcceptor(
        doors.orderedStream().toList(), callers, expiry, quotas, new Refusals(refused));
  }

  /**
   * Bounds what a connection may make the gateway hold of a frame that has not wholly come. It is
   * twice the greatest frame of events, so that one that is only a little too large gets an answer.
   */
  @Bean
  FrameLimit frameLimit(@Value("${sluice.ingest.frame-bytes:1MB}") DataSize frameBytes) {
    return FrameLimit.twice(frameBytes.toBytes());
  }

  @Bean
  RSocketServerCustomizer inboundPayloadLimit(FrameLimit limit) {
    return server -> server.maxInboundPayloadSize(limit.bytes());
  }

  @Bean
  RSocketServerCustomizer strictConnections(FrameLimit limit, ConnectionProperties settings) {
    return server ->
        server.interceptors(
            registry ->
                registry.forConnection(
                    (type, connection) ->
                        type == Type.SOURCE
                            ? new StrictConnection(
                                connection, limit.bytes(), settings.headTimeout())
                            : connection));
  }

  @Bean
  RSocketServerFactory rsocketServerFactory(
      RSocketProperties properties,
      ReactorResourceFactory resources,
      RoutingAcceptor routing,
      ObjectProvider<RSocketServerCustomizer> customizers,
      ConnectionRules connections,
      Tls tls,
      @Value("${sluice.http.send-buffer:128KB}") DataSize sendBuffer,
      FrameLimit limit) {
    RSocketProperties.Server settings = properties.getServer();
    return acceptor -> {
      TcpServer tcp =
          TcpServer.create()
              .runOn(resources.getLoopResources())
              .childOption(ChannelOption.SO_KEEPALIVE, true)
              .childOption(ChannelOption.SO_SNDBUF, Math.toIntExact(sendBuffer.toBytes()))
              .doOnChannelInit(
                  (observer, channel, address) ->
                      connections.hold(
                          channel,
                          problem -> tls.isOn() ? Unpooled.EMPTY_BUFFER : refusal(problem)))
              .bindAddress(
                  () -> {
                    int port = settings.getPort() == null ? 0 : settings.getPort();
                    return settings.getAddress() == null
                        ? new InetSocketAddress(port)
                        : new InetSocketAddress(settings.getAddress(), port);
                  });
      return new RSocketPort(
          tls.secure(tcp),
          limit.bytes(),
          connections(routing, customizers.orderedStream().toList(), limit));
    };
  }

  /** An ERROR frame, as of a set-up that is refused, before there was one. */
  private static ByteBuf refusal(Problem problem) {
    String word = new String(Problems.toJson(problem), StandardCharsets.UTF_8);
    ByteBuf frame =
        ErrorFrameCodec.encode(ByteBufAllocator.DEFAULT, 0, new RejectedSetupException(word));
    return FrameLengthCodec.encode(ByteBufAllocator.DEFAULT, frame.readableBytes(), frame);
  }

  @Bean
  RSocketServerBootstrap rsocketServerBootstrap(
      RSocketServerFactory factory, SocketAcceptor routingAcceptor) {
    return new RSocketServerBootstrap(factory, routingAcceptor);
  }

  @Bean
  NettyRouteProvider rsocketWebSocket(
      RoutingAcceptor routing,
      ObjectProvider<RSocketServerCustomizer> customizers,
      FrameLimit limit) {
    return routes -> {
      Function<Channel, ConnectionAcceptor> acceptors =
          connections(routing, customizers.orderedStream().toList(), limit);
      return routes.ws(
          WEB_SOCKET_PATH,
          (in, out) ->
              WebsocketRouteTransport.newHandler(acceptors.apply(Channels.of(in))).apply(in, out),
          WebsocketServerSpec.builder().maxFramePayloadLength(limit.bytes()).build());
    };
  }

  /** A server for each connection, as only so its acceptor knows whence it comes, and of whom. */
  private static Function<Channel, ConnectionAcceptor> connections(
      RoutingAcceptor acceptor, List<RSocketServerCustomizer> customizers, FrameLimit limit) {
    return channel -> server(acceptor.of(channel), customizers).asConnectionAcceptor(limit.bytes());
  }

  private static RSocketServer server(
      SocketAcceptor acceptor, List<RSocketServerCustomizer> customizers) {
    RSocketServer server = RSocketServer.create(acceptor);
    customizers.forEach(customizer -> customizer.customize(server));
    return server;
  }
}
