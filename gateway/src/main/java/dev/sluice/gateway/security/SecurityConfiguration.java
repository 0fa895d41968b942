package dev.sluice.gateway.security;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.rsocket.autoconfigure.RSocketProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.web.server.WebFilter;

@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
  /** Behind what mends a request's path and answers a browser's preflight. */
  private static final int BEFORE_THE_DOORS = Ordered.HIGHEST_PRECEDENCE + 100;

  @Bean
  Callers callers(
      SecurityProperties properties,
      ServerProperties http,
      RSocketProperties rsocket,
      Environment environment) {
    return switch (properties.mode()) {
      case OPEN -> {
        bindings(http, rsocket, environment).requireLoopback();
        yield Callers.OPEN;
      }
      case TOKEN ->
          throw new IllegalArgumentException("sluice.security.mode=token is not there yet");
    };
  }

  private static Bindings bindings(
      ServerProperties http, RSocketProperties rsocket, Environment environment) {
    Map<String, @Nullable InetAddress> addresses = new LinkedHashMap<>();
    addresses.put(Bindings.HTTP, http.getAddress());
    addresses.put(Bindings.RSOCKET, rsocket.getServer().getAddress());
    if (environment.containsProperty("management.server.port")) {
      addresses.put(
          Bindings.MANAGEMENT, environment.getProperty(Bindings.MANAGEMENT, InetAddress.class));
    }
    return new Bindings(addresses);
  }

  @Bean
  @Order(BEFORE_THE_DOORS)
  WebFilter callerFilter(Callers callers) {
    return new CallerFilter(callers);
  }
}
