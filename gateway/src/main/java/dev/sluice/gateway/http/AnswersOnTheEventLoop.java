package dev.sluice.gateway.http;

import io.netty.channel.EventLoop;
import org.reactivestreams.Publisher;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;

/**
 * Begins every answer on its connection's event loop, whichever thread has made it.
 *
 * <p>reactor-netty 1.3 loses a connection otherwise: where the next request comes between an answer
 * that another thread has flushed and the end of its exchange on the event loop, and is itself
 * answered at once, nothing asks the socket for more, and the request after that is never read.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class AnswersOnTheEventLoop implements WebFilter {

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    Object connection = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
    if (!(connection instanceof Connection netty)) {
      return chain.filter(exchange);
    }
    ServerHttpResponse response =
        new OnEventLoop(exchange.getResponse(), netty.channel().eventLoop());
    return chain.filter(exchange.mutate().response(response).build());
  }

  private static final class OnEventLoop extends ServerHttpResponseDecorator {
    private final EventLoop loop;
    private final Scheduler scheduler;

    OnEventLoop(ServerHttpResponse response, EventLoop loop) {
      super(response);
      this.loop = loop;
      this.scheduler = Schedulers.fromExecutor(loop);
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
      return onLoop(getDelegate().writeWith(body));
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
      return onLoop(getDelegate().writeAndFlushWith(body));
    }

    @Override
    public Mono<Void> setComplete() {
      return onLoop(getDelegate().setComplete());
    }

    private Mono<Void> onLoop(Mono<Void> answer) {
      return Mono.defer(() -> loop.inEventLoop() ? answer : answer.subscribeOn(scheduler));
    }
  }
}
