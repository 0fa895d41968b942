package dev.sluice.gateway.security;

import dev.sluice.engine.catalog.Catalog;
import java.time.Clock;
import org.springframework.boot.rsocket.autoconfigure.RSocketProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;
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
      Environment environment,
      ReactorResourceFactory resources,
      Clock clock) {
    return switch (properties.mode()) {
      case OPEN -> {
        Bindings.of(http, rsocket, environment).requireLoopback();
        yield Callers.OPEN;
      }
      case TOKEN -> {
        Bindings.requireManagementOnLoopback(environment);
        yield new TokenCallers(
            TokenDecoders.of(properties, resources.getLoopResources(), clock),
            properties.clockSkew(),
            Rights.of(properties.certificateRights()),
            clock);
      }
    };
  }

  @Bean
  TicketOffice ticketOffice(Catalog catalog, Clock clock) {
    return new TicketOffice(catalog.tickets(), clock);
  }

  @Bean
  @Order(BEFORE_THE_DOORS)
  WebFilter callerFilter(Callers callers, TicketOffice tickets) {
    return new CallerFilter(callers, tickets);
  }
}
