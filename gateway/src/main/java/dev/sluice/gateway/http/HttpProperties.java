package dev.sluice.gateway.http;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Rules for all of HTTP.
 *
 * @param allowedHosts names, without a port, that requests may be for besides this machine's
 *     loopback names. Checked where the server is bound to the loopback, or if there is any
 * @param allowedOrigins {@code scheme://host[:port]} of pages that may ask besides those of the
 *     loopback and of this server
 * @param sendBuffer bytes of a socket's send buffer in the kernel, 4 KiB to 4 MiB; what a slow
 *     reader has not taken hides there. The kernel may double it
 */
@ConfigurationProperties("sluice.http")
record HttpProperties(
    @Nullable List<String> allowedHosts,
    @Nullable List<String> allowedOrigins,
    @DefaultValue("128KB") DataSize sendBuffer) {

  private static final long LEAST_SEND_BUFFER = 4 << 10;
  private static final long MOST_SEND_BUFFER = 4 << 20;

  HttpProperties {
    allowedHosts = allowedHosts == null ? List.of() : List.copyOf(allowedHosts);
    allowedOrigins = allowedOrigins == null ? List.of() : List.copyOf(allowedOrigins);
    if (sendBuffer.toBytes() < LEAST_SEND_BUFFER || sendBuffer.toBytes() > MOST_SEND_BUFFER) {
      throw new IllegalArgumentException(
          "sluice.http.send-buffer must be 4KB..4MB: was " + sendBuffer);
    }
  }
}
