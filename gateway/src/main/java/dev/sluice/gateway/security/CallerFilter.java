package dev.sluice.gateway.security;

import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Finds who sends a request, before any door sees it. */
final class CallerFilter implements WebFilter {
  private final Callers callers;

  CallerFilter(Callers callers) {
    this.callers = callers;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    return callers
        .of(null)
        .flatMap(
            caller -> {
              caller.putOn(exchange);
              return chain.filter(exchange);
            });
  }
}
