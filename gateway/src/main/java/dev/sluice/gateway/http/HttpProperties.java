package dev.sluice.gateway.http;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Rules for all of HTTP.
 *
 * @param allowedHosts names, without a port, that requests may be for besides this machine's
 *     loopback names. Checked where the server is bound to the loopback, or if there is any
 * @param allowedOrigins {@code scheme://host[:port]} of pages that may ask besides this server's
 *     own
 * @param hsts for how long browsers are to come by TLS alone once they have, 0 to 730 d; 0: it is
 *     not said
 * @param sendBuffer bytes of a socket's send buffer in the kernel, 4 KiB to 4 MiB; what a slow
 *     reader has not taken hides there. The kernel may double it
 */
@ConfigurationProperties("sluice.http")
record HttpProperties(
    @DefaultValue List<String> allowedHosts,
    @DefaultValue List<String> allowedOrigins,
    @DefaultValue("365d") Duration hsts,
    @DefaultValue("128KB") DataSize sendBuffer) {

  private static final long LEAST_SEND_BUFFER = 4 << 10;
  private static final long MOST_SEND_BUFFER = 4 << 20;
  private static final Duration MOST_HSTS = Duration.ofDays(730);

  HttpProperties {
    allowedHosts = List.copyOf(allowedHosts);
    allowedOrigins = List.copyOf(allowedOrigins);
    for (String origin : allowedOrigins) {
      if (!Guard.isOrigin(origin)) {
        throw new IllegalArgumentException(
            "sluice.http.allowed-origins must be scheme://host[:port], each of one site, without a"
                + " path: was "
                + origin);
      }
    }
    if (hsts.isNegative() || hsts.compareTo(MOST_HSTS) > 0) {
      throw new IllegalArgumentException("sluice.http.hsts must be 0s..730d: was " + hsts);
    }
    if (sendBuffer.toBytes() < LEAST_SEND_BUFFER || sendBuffer.toBytes() > MOST_SEND_BUFFER) {
      throw new IllegalArgumentException(
          "sluice.http.send-buffer must be 4KB..4MB: was " + sendBuffer);
    }
  }
}
