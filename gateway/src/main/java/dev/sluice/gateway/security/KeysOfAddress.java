package dev.sluice.gateway.security;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWKSet;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The keys at an address. They are read again when a token names one that is not among them, so
 * that a new one counts at once, and when they were read a while ago, so that one that was
 * withdrawn counts no more; but not again and again for whoever likes to make up names. While they
 * cannot be had, those that were read last count. Any thread.
 */
final class KeysOfAddress {
  static final Duration GOOD_FOR = Duration.ofMinutes(5);

  /** From one asking to the next. */
  static final Duration REST = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(KeysOfAddress.class);

  private final Mono<String> jwkSet;
  private final String address;
  private final Clock clock;
  private @Nullable PublicKeys read;
  private Instant readAt = Instant.MIN;
  private Instant askedAt = Instant.MIN;
  private @Nullable Mono<PublicKeys> asking;

  /**
   * @param jwkSet asks for it, within a bounded time
   */
  KeysOfAddress(Mono<String> jwkSet, String address, Clock clock) {
    this.jwkSet = jwkSet;
    this.address = address;
    this.clock = clock;
  }

  /**
   * Keys among which is what checks such a token, if there is one.
   *
   * @return fails with IllegalStateException if none could ever be had
   */
  Mono<PublicKeys> of(JWSHeader header) {
    return Mono.defer(() -> current(header));
  }

  private synchronized Mono<PublicKeys> current(JWSHeader header) {
    Instant now = clock.instant();
    PublicKeys known = read;
    boolean isFresh = known != null && now.isBefore(readAt.plus(GOOD_FOR));
    if (known != null && isFresh && !known.of(header).isEmpty()) {
      return Mono.just(known);
    }
    if (asking != null) {
      return asking;
    }
    if (askedAt.isAfter(now.minus(REST))) {
      return known == null ? Mono.error(unavailable(null)) : Mono.just(known);
    }
    askedAt = now;
    asking = ask().cache();
    return asking;
  }

  private Mono<PublicKeys> ask() {
    return jwkSet
        .switchIfEmpty(Mono.error(() -> new IllegalStateException("answered nothing")))
        .map(KeysOfAddress::parse)
        .doOnNext(this::keep)
        .onErrorResume(this::lastKnown);
  }

  private static PublicKeys parse(String jwkSet) {
    try {
      return new PublicKeys(JWKSet.parse(jwkSet).getKeys());
    } catch (ParseException e) {
      throw new IllegalStateException("is no JWK set", e);
    }
  }

  /** Before anybody is told: who asks then is not to get this answer again. */
  private synchronized void keep(PublicKeys keys) {
    asking = null;
    read = keys;
    readAt = clock.instant();
  }

  private synchronized Mono<PublicKeys> lastKnown(Throwable failure) {
    asking = null;
    LOG.warn(
        "the keys that tokens are checked with cannot be had address={} cause=\"{}\"",
        address,
        failure.toString());
    return read == null ? Mono.error(unavailable(failure)) : Mono.just(read);
  }

  /** What the decoder hands on as it is. */
  private static IllegalStateException unavailable(@Nullable Throwable cause) {
    return new IllegalStateException("keys cannot be had", cause);
  }
}
