package dev.sluice.gateway.presence;

import static org.springframework.web.reactive.function.server.RequestPredicates.GET;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.GatewayLeases.Gateway;
import dev.sluice.engine.query.LiveQueries;
import dev.sluice.gateway.http.Stopping;
import dev.sluice.gateway.own.OwnStreams;
import dev.sluice.gateway.own.OwnWriter;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.MethodNotAllowedException;
import reactor.core.publisher.Mono;

@Configuration(proxyBeanMethods = false)
class PresenceConfiguration {
  private static final String DEVICES = "/v1/devices";
  private static final int NAME = 12;

  @Bean
  Gateway thisGateway(Clock clock) {
    String name = UUID.randomUUID().toString().replace("-", "").substring(0, NAME);
    return new Gateway(name, clock.instant());
  }

  @Bean
  DeviceEvents deviceEvents(@Qualifier(OwnStreams.DEVICES) OwnWriter writer, Clock clock) {
    return new DeviceEvents(writer, clock);
  }

  @Bean
  Presence presence(Gateway gateway, DeviceEvents events, Stopping stopping, Clock clock) {
    return new Presence(gateway.name(), events, stopping, clock, System::nanoTime);
  }

  @Bean
  SharedDevices sharedDevices(PresenceProperties properties, Gateway gateway, Catalog catalog) {
    return new SharedDevices(properties.maxShared(), gateway.name(), catalog.gateways());
  }

  @Bean
  Lease lease(
      PresenceProperties properties,
      Gateway gateway,
      Catalog catalog,
      Presence presence,
      SharedDevices shared,
      LiveQueries queries,
      DeviceEvents events,
      @Qualifier(OwnStreams.DEVICES) OwnWriter writer) {
    return new Lease(
        gateway,
        properties.lease(),
        catalog.gateways(),
        presence,
        shared,
        new LostDevices(queries, events),
        writer,
        System::nanoTime);
  }

  @Bean
  RouterFunction<ServerResponse> deviceRoutes(
      Presence presence, SharedDevices shared, Clock clock) {
    return route(GET(DEVICES), new DevicesDoor(presence, shared, clock)::list)
        .andRoute(path(DEVICES), PresenceConfiguration::refuse);
  }

  /** A route that takes no other method says so; without this one, nothing would be there. */
  private static Mono<ServerResponse> refuse(ServerRequest request) {
    return Mono.error(new MethodNotAllowedException(request.method(), List.of(HttpMethod.GET)));
  }
}
