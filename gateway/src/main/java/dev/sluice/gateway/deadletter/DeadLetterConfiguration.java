package dev.sluice.gateway.deadletter;

import static org.springframework.web.reactive.function.server.RequestPredicates.DELETE;
import static org.springframework.web.reactive.function.server.RequestPredicates.GET;
import static org.springframework.web.reactive.function.server.RequestPredicates.POST;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.deadletter.DeadLetters;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.log.EventLog;
import dev.sluice.gateway.audit.Deeds;
import dev.sluice.gateway.http.Stopping;
import dev.sluice.gateway.ingest.LetterDoor;
import dev.sluice.gateway.quota.Quotas;
import dev.sluice.gateway.security.Expiry;
import java.time.Clock;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.MethodNotAllowedException;
import reactor.core.publisher.Mono;

/** Where dead letters are to be had. */
@Configuration(proxyBeanMethods = false)
class DeadLetterConfiguration {
  private static final String LETTERS = "/v1/streams/{stream}/dead-letters";
  private static final String REPLAY = LETTERS + "/replay";

  @Bean
  DeadLetters deadLetters(
      EventLog log, Streams streams, DeadLetterProperties properties, Clock clock) {
    return new DeadLetters(log, streams, properties.toSettings(), clock);
  }

  @Bean
  RetentionAtStart deadLetterRetention(EventLog log, Streams streams) {
    return new RetentionAtStart(log, streams);
  }

  @Bean
  RouterFunction<ServerResponse> deadLetterRoutes(
      DeadLetters letters,
      LetterDoor way,
      DeadLetterProperties properties,
      Streams streams,
      Clock clock,
      Flow flow,
      Expiry expiry,
      Deeds deeds,
      Quotas quotas,
      Stopping stopping) {
    LetterReaders readers =
        new LetterReaders(properties.maxReaders(), expiry, quotas, stopping, flow);
    DeadLetterDoor door = new DeadLetterDoor(letters, way, readers, streams, clock, deeds);
    return route(GET(LETTERS), door::look)
        .andRoute(DELETE(LETTERS), door::delete)
        .andRoute(POST(REPLAY), door::replay)
        .andRoute(
            path(LETTERS), request -> refuse(request.method(), HttpMethod.GET, HttpMethod.DELETE))
        .andRoute(path(REPLAY), request -> refuse(request.method(), HttpMethod.POST));
  }

  /** A route that takes no other method says so; without this one, nothing would be there. */
  private static Mono<ServerResponse> refuse(HttpMethod method, HttpMethod... taken) {
    return Mono.error(new MethodNotAllowedException(method, List.of(taken)));
  }
}
