package dev.sluice.gateway.subscribe;

import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;

/** Where the door for questions is. */
@Configuration(proxyBeanMethods = false)
class QueryRoute {
  @Bean
  HandlerMapping queryMapping(QueryDoor door) {
    return new SimpleUrlHandlerMapping(Map.of(QueryDoor.PATH, door), Ordered.HIGHEST_PRECEDENCE);
  }
}
