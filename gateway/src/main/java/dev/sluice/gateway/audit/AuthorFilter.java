package dev.sluice.gateway.audit;

import dev.sluice.gateway.security.Caller;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Has whatever a request changes be known as its caller's. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 200) // when it is known who calls
class AuthorFilter implements WebFilter {

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    return chain
        .filter(exchange)
        .contextWrite(
            context -> HttpAuthor.of(exchange, Caller.of(exchange).subject()).with(context));
  }
}
