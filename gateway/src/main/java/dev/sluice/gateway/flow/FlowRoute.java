package dev.sluice.gateway.flow;

import static org.springframework.web.reactive.function.server.RequestPredicates.GET;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.sluice.gateway.quota.Quotas;
import dev.sluice.gateway.security.Expiry;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.MethodNotAllowedException;
import reactor.core.publisher.Mono;

/** Where the flow is to be seen. */
@Configuration(proxyBeanMethods = false)
class FlowRoute {
  private static final String FLOW = "/v1/flow";

  @Bean
  RouterFunction<ServerResponse> flowRoutes(Lookers lookers, Expiry expiry, Quotas quotas) {
    return route(GET(FLOW), new FlowDoor(lookers, expiry, quotas)::look)
        .andRoute(path(FLOW), FlowRoute::refuse);
  }

  /** A route that takes no other method says so; without this one, nothing would be there. */
  private static Mono<ServerResponse> refuse(ServerRequest request) {
    return Mono.error(new MethodNotAllowedException(request.method(), List.of(HttpMethod.GET)));
  }
}
