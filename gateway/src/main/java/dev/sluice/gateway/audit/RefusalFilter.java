package dev.sluice.gateway.audit;

import dev.sluice.gateway.security.Caller;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Tells what requests were refused: whoever sent them was not let in, or may not do this. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 50) // before who calls is asked for
class RefusalFilter implements WebFilter {
  private final RefusedAttempts refused;

  RefusalFilter(RefusedAttempts refused) {
    this.refused = refused;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> tell(exchange)));
    return chain.filter(exchange);
  }

  private void tell(ServerWebExchange exchange) {
    HttpStatusCode status = exchange.getResponse().getStatusCode();
    if (status == null) {
      return;
    }
    Caller caller = Caller.admitted(exchange);
    refused.tell(
        HttpAuthor.of(exchange, caller == null ? RefusedAttempts.NOT_LET_IN : caller.subject()),
        exchange.getRequest().getMethod().name(),
        exchange.getRequest().getPath().value(),
        status.value());
  }
}
