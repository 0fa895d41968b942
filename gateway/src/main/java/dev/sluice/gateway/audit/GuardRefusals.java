package dev.sluice.gateway.audit;

import dev.sluice.engine.catalog.Author;
import dev.sluice.gateway.http.TurnedAway;
import dev.sluice.gateway.presence.Peer;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Tells what the server turned away before any filter. */
@Component
class GuardRefusals implements TurnedAway {
  private final RefusedAttempts refused;

  GuardRefusals(RefusedAttempts refused) {
    this.refused = refused;
  }

  @Override
  public void tell(@Nullable SocketAddress from, String method, String path, int status) {
    refused.tell(
        new Author(RefusedAttempts.NOT_LET_IN, HttpAuthor.FACE, Peer.of(from, null).address()),
        method,
        path,
        status);
  }
}
