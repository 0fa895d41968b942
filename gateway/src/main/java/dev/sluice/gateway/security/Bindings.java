package dev.sluice.gateway.security;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the gateway's ports are bound.
 *
 * @param addresses of each, by the setting that says it; null: all of the machine's
 */
record Bindings(Map<String, @Nullable InetAddress> addresses) {
  static final String HTTP = "server.address";
  static final String RSOCKET = "spring.rsocket.server.address";
  static final String MANAGEMENT = "management.server.address";

  Bindings {
    addresses = new LinkedHashMap<>(addresses);
  }

  /**
   * @throws IllegalArgumentException a port may be reached from elsewhere
   */
  void requireLoopback() {
    addresses.forEach(
        (setting, address) -> {
          if (address == null || !address.isLoopbackAddress()) {
            throw new IllegalArgumentException(
                "SECURITY_REQUIRED: with sluice.security.mode=open, "
                    + setting
                    + " must be of the loopback, because everybody who reaches the gateway may do"
                    + " everything: was "
                    + (address == null
                        ? "not set, which is all addresses"
                        : address.getHostAddress())
                    + "; say 127.0.0.1, or sluice.security.mode=token and where its keys are:"
                    + " sluice.security.keys");
          }
        });
  }
}
