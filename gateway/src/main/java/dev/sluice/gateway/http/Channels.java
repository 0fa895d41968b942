package dev.sluice.gateway.http;

import io.netty.channel.Channel;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.netty.NettyInbound;
import reactor.netty.http.server.HttpServerRequest;

/** The connections that requests come by. */
public final class Channels {
  private Channels() {}

  /** The one that a request came by. */
  public static Channel of(ServerHttpRequest request) {
    return of(ServerHttpRequestDecorator.<HttpServerRequest>getNativeRequest(request));
  }

  /** The one that something comes by. */
  public static Channel of(NettyInbound inbound) {
    AtomicReference<Channel> channel = new AtomicReference<>();
    inbound.withConnection(connection -> channel.set(connection.channel()));
    return Objects.requireNonNull(channel.get());
  }
}
