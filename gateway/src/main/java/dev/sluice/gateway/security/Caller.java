package dev.sluice.gateway.security;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/**
 * Who calls. Over HTTP it is the {@linkplain #of exchange's}; a WebSocket keeps that of the request
 * that opened it; over RSocket it is the request's ({@code RSocketDoor.Request.caller}).
 *
 * @param subject the token's {@code sub}, a certificate's name, or {@code anonymous}
 * @param device key of the only events that it may send; null: it may send any
 * @param tokenId the token's {@code jti}, if it has one
 * @param expires until when this is who calls; what lasts ends then. Null: for as long as it lasts
 * @param quota what the token says of it; what it does not say, the settings do
 */
public record Caller(
    String subject,
    Rights rights,
    @Nullable String device,
    @Nullable String tokenId,
    @Nullable Instant expires,
    Quota quota) {

  /** One whose quota is that of the settings. */
  public Caller(
      String subject,
      Rights rights,
      @Nullable String device,
      @Nullable String tokenId,
      @Nullable Instant expires) {
    this(subject, rights, device, tokenId, expires, Quota.NONE);
  }

  /** Who calls where nobody is asked who they are. */
  public static final Caller ANYONE = new Caller("anonymous", Rights.ALL, null, null, null);

  /** Who calls for what is for everybody. */
  static final Caller UNASKED = new Caller("anonymous", new Rights(Set.of()), null, null, null);

  private static final String ATTRIBUTE = Caller.class.getName();

  /** A device, by its certificate. */
  static Caller of(Certified device, Rights rights) {
    return new Caller(device.name(), rights, device.name(), null, device.expires());
  }

  /** Who has sent the request. */
  public static Caller of(ServerWebExchange exchange) {
    return exchange.getRequiredAttribute(ATTRIBUTE);
  }

  /** Who has sent the request; null if whoever it is was not let in. */
  public static @Nullable Caller admitted(ServerWebExchange exchange) {
    return exchange.getAttribute(ATTRIBUTE);
  }

  /**
   * What is of all devices is not for who is bound to one.
   *
   * @throws dev.sluice.model.problem.ProblemException FORBIDDEN
   */
  void requireUnbound() {
    if (device != null) {
      throw Problem.of(
              ProblemCode.FORBIDDEN,
              "this is of all devices, and who calls is bound to one: ask with a token that is not")
          .toException();
    }
  }

  /**
   * @throws dev.sluice.model.problem.ProblemException TOKEN_EXPIRED
   */
  void requireUnexpired(Instant now) {
    if (expires != null && !now.isBefore(expires)) {
      throw expired().toException();
    }
  }

  static Problem expired() {
    return Problem.of(
        ProblemCode.TOKEN_EXPIRED,
        "the token, or the certificate, has expired: come back with a new one, and go on after the"
            + " last event");
  }

  /** Says who has sent a request, before any door sees it. */
  void putOn(ServerWebExchange exchange) {
    exchange.getAttributes().put(ATTRIBUTE, this);
  }
}
