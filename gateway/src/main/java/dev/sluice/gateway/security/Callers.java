package dev.sluice.gateway.security;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Finds out who calls. */
public interface Callers {

  /**
   * Everybody is let in, and may do everything; but who shows a certificate speaks for no other.
   */
  Callers OPEN =
      (token, certificate) ->
          Mono.just(certificate == null ? Caller.ANYONE : Caller.of(certificate, Rights.ALL));

  /**
   * Who presents this. A token says more than a certificate, and counts where both are there.
   *
   * @param token null: none is presented
   * @param certificate of the connection's client; null: it has shown none
   * @return fails with UNAUTHENTICATED, TOKEN_INVALID or TOKEN_EXPIRED
   */
  Mono<Caller> of(@Nullable String token, @Nullable Certified certificate);
}
