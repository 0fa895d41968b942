package dev.sluice.gateway.security;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.rsocket.autoconfigure.RSocketProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.env.Environment;

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

  static Bindings of(ServerProperties http, RSocketProperties rsocket, Environment environment) {
    Map<String, @Nullable InetAddress> addresses = new LinkedHashMap<>();
    addresses.put(HTTP, http.getAddress());
    addresses.put(RSOCKET, rsocket.getServer().getAddress());
    addManagement(addresses, environment);
    return new Bindings(addresses);
  }

  private static void addManagement(
      Map<String, @Nullable InetAddress> addresses, Environment environment) {
    if (environment.containsProperty("management.server.port")) {
      addresses.put(MANAGEMENT, environment.getProperty(MANAGEMENT, InetAddress.class));
    }
  }

  /**
   * Nobody is asked for a token at a port of the actuator's own.
   *
   * @throws IllegalArgumentException there is one, and it may be reached from elsewhere
   */
  static void requireManagementOnLoopback(Environment environment) {
    Map<String, @Nullable InetAddress> addresses = new LinkedHashMap<>();
    addManagement(addresses, environment);
    addresses.forEach(
        (setting, address) -> {
          if (address == null || !address.isLoopbackAddress()) {
            throw new IllegalArgumentException(
                setting
                    + " must be of the loopback, because that port asks nobody for a token: was "
                    + told(address)
                    + "; say 127.0.0.1, or leave management.server.port out");
          }
        });
  }

  private static String told(@Nullable InetAddress address) {
    return address == null ? "not set, which is all addresses" : address.getHostAddress();
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
                    + told(address)
                    + "; say 127.0.0.1, or sluice.security.mode=token and where its keys are:"
                    + " sluice.security.keys");
          }
        });
  }
}
