package dev.sluice.gateway.security;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Finds out who calls. */
public interface Callers {

  /** Everybody is let in, and may do everything. */
  Callers OPEN = token -> Mono.just(Caller.ANYONE);

  /**
   * Who presents this.
   *
   * @param token null: nothing is presented
   * @return fails with UNAUTHENTICATED or TOKEN_INVALID
   */
  Mono<Caller> of(@Nullable String token);
}
