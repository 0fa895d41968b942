package dev.sluice.gateway.security;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who is let in.
 *
 * @param mode whether anybody is, which only a gateway bound to the loopback may do
 * @param keys that tokens are signed with: the {@code https} address of a JWK set (of the loopback,
 *     {@code http} too), or a file, a JWK set or public keys and certificates as PEM
 * @param issuer that a token must be of; null: any whose key it is
 * @param audience that a token must be for; null: any
 * @param clockSkew by how much others' clocks may be wrong, 0 to 5 min: for so long after its time
 *     a token is still good
 * @param certificateRights what a device may do by its certificate, as a token's scopes say it
 */
@ConfigurationProperties("sluice.security")
record SecurityProperties(
    @DefaultValue("open") Mode mode,
    @Nullable String keys,
    @Nullable String issuer,
    @Nullable String audience,
    @DefaultValue("30s") Duration clockSkew,
    @DefaultValue("ingest:*") List<String> certificateRights) {

  private static final Duration MOST_SKEW = Duration.ofMinutes(5);
  private static final Pattern RIGHT = Pattern.compile("(ingest|query):\\S+|admin");

  enum Mode {
    OPEN,
    TOKEN
  }

  SecurityProperties {
    if (clockSkew.isNegative() || clockSkew.compareTo(MOST_SKEW) > 0) {
      throw new IllegalArgumentException(
          "sluice.security.clock-skew must be 0s..5m: was " + clockSkew);
    }
    certificateRights = List.copyOf(certificateRights);
    for (String right : certificateRights) {
      if (!RIGHT.matcher(right).matches()) {
        throw new IllegalArgumentException(
            "sluice.security.certificate-rights must be ingest:<stream>, query:<name> or admin,"
                + " with commas between: was "
                + right);
      }
    }
  }
}
