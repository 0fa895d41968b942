package dev.sluice.gateway.tls;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the ports prove themselves with, and what they ask of devices. Without a certificate there
 * is no TLS.
 *
 * @param certificate PEM file: the server's, then those that lead to the authority's
 * @param key PEM file of its private key, not encrypted
 * @param trust PEM file of the authorities whose clients are let in
 * @param clientAuth whether a client may, or must, prove itself by a certificate
 * @param reloadEvery after which the files are looked at again; 100 ms to 1 day
 * @param handshakeTimeout until a connection's handshake must be through; 100 ms to 5 minutes
 */
@ConfigurationProperties("sluice.tls")
record TlsProperties(
    @Nullable Path certificate,
    @Nullable Path key,
    @Nullable Path trust,
    @DefaultValue("none") ClientAuth clientAuth,
    @DefaultValue("10s") Duration reloadEvery,
    @DefaultValue("10s") Duration handshakeTimeout) {

  enum ClientAuth {
    NONE,
    WANT,
    NEED
  }

  TlsProperties {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException(
          "sluice.tls.certificate and sluice.tls.key must both be set, or neither: "
              + (key == null ? "sluice.tls.key" : "sluice.tls.certificate")
              + " is not");
    }
    if (clientAuth != ClientAuth.NONE && (trust == null || certificate == null)) {
      throw new IllegalArgumentException(
          "sluice.tls.client-auth must be none without sluice.tls.trust and sluice.tls.certificate:"
              + " was "
              + clientAuth);
    }
    within("reload-every", reloadEvery, Duration.ofMillis(100), Duration.ofDays(1));
    within("handshake-timeout", handshakeTimeout, Duration.ofMillis(100), Duration.ofMinutes(5));
  }

  private static void within(String setting, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "sluice.tls.%s must be %s..%s: was %s".formatted(setting, least, most, value));
    }
  }
}
