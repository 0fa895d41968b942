package dev.sluice.gateway.http;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Hears of requests that the server answers before any filter sees them. */
public interface TurnedAway {

  /**
   * One was answered.
   *
   * @param path without the query, in which a ticket may be
   */
  void tell(@Nullable SocketAddress from, String method, String path, int status);
}
