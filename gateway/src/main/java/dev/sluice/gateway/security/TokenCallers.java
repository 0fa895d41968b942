package dev.sluice.gateway.security;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import reactor.core.publisher.Mono;

/**
 * Callers by their JWT (RFC 7519): {@code sub}; rights in {@code scope} or {@code scp}; {@code
 * device}, the key that it is bound to; {@code quota}; {@code jti}; {@code exp}, without which none
 * is taken.
 *
 * <p>Checking a signature takes a tenth of a millisecond and more. So those that were found good
 * are known again by their hash for as long as keys of an address are: of so many, the ones used
 * last.
 */
final class TokenCallers implements Callers {
  private static final int KNOWN = 10_000;

  /** Who a token's caller is, found out then: its key may be withdrawn later. */
  private record Known(Caller caller, Instant since) {}

  private static final List<String> SCOPES = List.of("scope", "scp");

  private final ReactiveJwtDecoder decoder;
  private final Duration skew;
  private final Rights ofDevices;
  private final Clock clock;
  private final Map<String, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > KNOWN;
        }
      };

  /**
   * @param ofDevices what they may do by their certificate
   */
  TokenCallers(ReactiveJwtDecoder decoder, Duration skew, Rights ofDevices, Clock clock) {
    this.decoder = decoder;
    this.skew = skew;
    this.ofDevices = ofDevices;
    this.clock = clock;
  }

  @Override
  public Mono<Caller> of(@Nullable String token, @Nullable Certified certificate) {
    return Mono.defer(() -> token == null ? device(certificate) : find(token))
        .doOnNext(caller -> caller.requireUnexpired(clock.instant()));
  }

  private Mono<Caller> device(@Nullable Certified certificate) {
    return certificate == null
        ? Mono.error(nobody())
        : Mono.just(Caller.of(certificate, ofDevices));
  }

  private Mono<Caller> find(String token) {
    String hash = Base64.getEncoder().encodeToString(TicketOffice.hash(token));
    Caller before = known(hash);
    return before != null
        ? Mono.just(before)
        : Mono.defer(() -> decoder.decode(token))
            .map(this::caller)
            .doOnNext(caller -> know(hash, caller))
            .onErrorMap(failure -> !(failure instanceof ProblemException), TokenCallers::refusal);
  }

  private @Nullable Caller known(String hash) {
    Known found;
    synchronized (known) {
      found = known.get(hash);
    }
    return found != null && clock.instant().isBefore(found.since.plus(KeysOfAddress.GOOD_FOR))
        ? found.caller
        : null;
  }

  private void know(String hash, Caller caller) {
    synchronized (known) {
      known.put(hash, new Known(caller, clock.instant()));
    }
  }

  private Caller caller(Jwt jwt) {
    Instant expires = jwt.getExpiresAt();
    if (expires == null) {
      throw invalid("it has no exp, and would be good for ever");
    }
    Instant begins = jwt.getNotBefore();
    if (begins != null && clock.instant().isBefore(begins.minus(skew))) {
      throw invalid("it is not good before " + begins);
    }
    return new Caller(
        Objects.requireNonNullElse(jwt.getSubject(), "token"),
        new Rights(scopes(jwt)),
        device(jwt),
        jwt.getId(),
        expires.plus(skew),
        quota(jwt));
  }

  private static Set<String> scopes(Jwt jwt) {
    Set<String> scopes = new LinkedHashSet<>();
    for (String claim : SCOPES) {
      Object said = jwt.getClaims().get(claim);
      if (said instanceof String text) {
        scopes.addAll(List.of(text.strip().split("\\s+")));
      } else if (said instanceof Collection<?> several) {
        several.forEach(one -> scopes.add(String.valueOf(one)));
      }
    }
    return scopes;
  }

  /** A bound that cannot be read must not become none. */
  private static @Nullable String device(Jwt jwt) {
    Object device = jwt.getClaims().get("device");
    if (device == null || device instanceof String) {
      return (String) device;
    }
    throw invalid("its device must be a string");
  }

  private static Quota quota(Jwt jwt) {
    try {
      return Quota.of(jwt.getClaims().get("quota"));
    } catch (IllegalArgumentException e) {
      throw invalid("its " + e.getMessage());
    }
  }

  private static ProblemException nobody() {
    return Problem.of(
            ProblemCode.UNAUTHENTICATED,
            "say who calls: Authorization: Bearer and a token, or ?ticket= from POST /v1/tickets;"
                + " over RSocket message/x.rsocket.authentication.v0 in the set-up or the request;"
                + " or show a device's certificate")
        .toException();
  }

  /** The library's own words are not told where they may hold what was sent. */
  private static Throwable refusal(Throwable failure) {
    if (failure instanceof JwtValidationException invalid) {
      return invalid(
          invalid.getErrors().stream()
              .map(OAuth2Error::getDescription)
              .reduce((one, other) -> one + "; " + other)
              .orElse("it is not for here"));
    }
    // The decoder's word for keys that it could not get.
    return failure instanceof IllegalStateException
            || failure.getCause() instanceof IllegalStateException
        ? Problem.of(
                ProblemCode.KEYS_UNAVAILABLE,
                "the keys that tokens are checked with cannot be had now: try again")
            .toException(failure)
        : invalid("it is no JWT, or not signed by a key that is known here");
  }

  private static ProblemException invalid(String why) {
    return Problem.of(
            ProblemCode.TOKEN_INVALID, "the token is not taken: " + why + "; come with another")
        .toException();
  }
}
