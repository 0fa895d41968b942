package dev.sluice.gateway.http;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Has every answer say {@linkplain BrowserRules what a browser may do with it}, before its door
 * says anything.
 */
final class BrowserRulesFilter implements WebFilter {
  /** For so long a browser comes by TLS alone (RFC 6797); null: it is not told to. */
  private final @Nullable String byTlsAlone;

  /**
   * @param hsts 0: it is not said
   */
  BrowserRulesFilter(Duration hsts) {
    byTlsAlone = hsts.isZero() ? null : "max-age=" + hsts.toSeconds();
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    HttpHeaders headers = exchange.getResponse().getHeaders();
    BrowserRules.tell(headers::set);
    if (byTlsAlone != null && isNamedOverTls(exchange.getRequest())) {
      headers.set("Strict-Transport-Security", byTlsAlone);
    }
    return chain.filter(exchange);
  }

  /** What is said of localhost would hold for all servers of the machine, on all of its ports. */
  private static boolean isNamedOverTls(ServerHttpRequest request) {
    List<String> hosts = request.getHeaders().getOrEmpty(HttpHeaders.HOST);
    return request.getSslInfo() != null && hosts.stream().noneMatch(Guard::isLoopback);
  }
}
