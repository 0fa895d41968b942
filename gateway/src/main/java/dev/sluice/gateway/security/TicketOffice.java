package dev.sluice.gateway.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.catalog.Tickets;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import reactor.core.publisher.Mono;

/**
 * Gives tickets, and takes them: each is good for one request, on any gateway, and makes it that of
 * who was given it.
 */
final class TicketOffice {
  static final Duration GOOD_FOR = Duration.ofSeconds(30);
  private static final int BYTES = 32;

  private final Tickets kept;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  TicketOffice(Tickets kept, Clock clock) {
    this.kept = kept;
    this.clock = clock;
  }

  /** A new ticket; fails with OVERLOADED, CATALOG_UNAVAILABLE. */
  Mono<String> give(Caller caller) {
    return Mono.defer(
        () -> {
          byte[] bytes = new byte[BYTES];
          random.nextBytes(bytes);
          String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
          return kept.keep(hash(ticket), CallerJson.write(caller), GOOD_FOR).thenReturn(ticket);
        });
  }

  /** Who was given it; fails with TOKEN_INVALID, TOKEN_EXPIRED, CATALOG_UNAVAILABLE. */
  Mono<Caller> redeem(String ticket) {
    return kept.take(hash(ticket))
        .map(CallerJson::read)
        .doOnNext(caller -> caller.requireUnexpired(clock.instant()))
        .switchIfEmpty(
            Mono.error(
                () ->
                    Problem.of(
                            ProblemCode.TOKEN_INVALID,
                            "a ticket is good for one request within "
                                + GOOD_FOR.toSeconds()
                                + " s: this one is none, was used, or is late; POST /v1/tickets"
                                + " gives another")
                        .toException()));
  }

  static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
