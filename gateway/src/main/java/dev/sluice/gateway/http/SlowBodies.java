package dev.sluice.gateway.http;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Duration;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Refuses a request whose body is not there in time, however much of it comes now and then. */
final class SlowBodies implements WebFilter {
  private final Duration timeout;

  SlowBodies(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    ServerHttpRequest request = exchange.getRequest();
    return chain.filter(exchange.mutate().request(new Timed(request)).build());
  }

  private final class Timed extends ServerHttpRequestDecorator {
    Timed(ServerHttpRequest request) {
      super(request);
    }

    @Override
    public Flux<DataBuffer> getBody() {
      Mono<Void> late = Mono.delay(timeout).then(Mono.error(SlowBodies.this::late));
      return super.getBody().takeUntilOther(late);
    }
  }

  private Throwable late() {
    return Problem.of(
            ProblemCode.REQUEST_TIMEOUT,
            "a request's body must be there within " + timeout + ": was not")
        .toException();
  }
}
