package dev.sluice.gateway.audit;

import dev.sluice.engine.catalog.Author;
import dev.sluice.gateway.presence.Peer;
import org.springframework.web.server.ServerWebExchange;

/** Who sends a request. */
final class HttpAuthor {
  static final String FACE = "http";

  private HttpAuthor() {}

  static Author of(ServerWebExchange exchange, String subject) {
    return new Author(
        subject, FACE, Peer.of(exchange.getRequest().getRemoteAddress(), null).address());
  }
}
