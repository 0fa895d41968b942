package dev.sluice.gateway.audit;

import dev.sluice.engine.catalog.Author;
import java.net.InetSocketAddress;
import org.springframework.web.server.ServerWebExchange;

/** Who sends a request. */
final class HttpAuthor {
  private static final String FACE = "http";

  private HttpAuthor() {}

  static Author of(ServerWebExchange exchange, String subject) {
    InetSocketAddress from = exchange.getRequest().getRemoteAddress();
    return new Author(
        subject,
        FACE,
        from == null || from.getAddress() == null
            ? null
            : from.getAddress().getHostAddress() + ":" + from.getPort());
  }
}
