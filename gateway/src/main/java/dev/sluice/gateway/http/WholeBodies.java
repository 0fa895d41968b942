package dev.sluice.gateway.http;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Duration;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Has the body of a request be whole, or fail: if it is not there in time, however much of it comes
 * now and then, or if it is no HTTP, which the server answers by itself and then calls an end.
 */
final class WholeBodies implements WebFilter {
  private final Duration timeout;

  WholeBodies(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    ServerHttpRequest request = exchange.getRequest();
    HttpServerResponse response =
        ServerHttpResponseDecorator.getNativeResponse(exchange.getResponse());
    return chain.filter(exchange.mutate().request(new Whole(request, response)).build());
  }

  private final class Whole extends ServerHttpRequestDecorator {
    private final HttpServerResponse response;

    Whole(ServerHttpRequest request, HttpServerResponse response) {
      super(request);
      this.response = response;
    }

    @Override
    public Flux<DataBuffer> getBody() {
      Mono<Void> late = Mono.delay(timeout).then(Mono.error(WholeBodies.this::late));
      return super.getBody().takeUntilOther(late).concatWith(Mono.defer(this::unlessAnswered));
    }

    private Mono<DataBuffer> unlessAnswered() {
      return response.hasSentHeaders()
          ? Mono.error(new AbortedException("the request's body was no HTTP, and has been refused"))
          : Mono.empty();
    }
  }

  private Throwable late() {
    return Problem.of(
            ProblemCode.REQUEST_TIMEOUT,
            "a request's body must be there within " + timeout + ": was not")
        .toException();
  }
}
