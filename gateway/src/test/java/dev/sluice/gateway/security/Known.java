package dev.sluice.gateway.security;

import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Callers of doors that stand alone, without the gateway's filters before them. */
public final class Known {
  private Known() {}

  /** Every request is that of somebody who may do everything. */
  public static HandlerFilterFunction<ServerResponse, ServerResponse> asAnyone() {
    return (request, door) -> {
      Caller.ANYONE.putOn(request.exchange());
      return door.handle(request);
    };
  }
}
