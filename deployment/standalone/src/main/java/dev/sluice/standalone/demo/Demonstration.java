package dev.sluice.standalone.demo;

import static org.springframework.web.reactive.function.server.RequestPredicates.DELETE;
import static org.springframework.web.reactive.function.server.RequestPredicates.GET;
import static org.springframework.web.reactive.function.server.RequestPredicates.POST;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.sluice.fleet.Fleet;
import dev.sluice.fleet.FleetOptions.Access;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The switches over HTTP, on the gateway's own door and behind its rules, which refuse pages of
 * other origins. A body must be declared as JSON, so that no foreign page's form can be one. Every
 * answer is the state of all switches.
 */
public final class Demonstration implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String DEMO = "/demo";
  private static final String FLEET = "/demo/fleet";
  private static final String STALLED = "/demo/stalled-subscriber";
  private static final String PAUSE = "/demo/kafka-pause";

  private volatile @Nullable Relay relay;
  private volatile @Nullable Switches switches;

  /** What is done at a request. */
  @FunctionalInterface
  private interface Act {
    void on(Switches switches, JsonNode body) throws IOException;
  }

  /** Kafka is behind this. To be said before it begins. */
  public void kafkaIsBehind(Relay before) {
    relay = before;
  }

  /** Adds the switches to a gateway that is yet to start. */
  public SpringApplicationBuilder addTo(SpringApplicationBuilder gateway) {
    return gateway.initializers(
        context ->
            ((GenericApplicationContext) context)
                .registerBean("demoRoutes", RouterFunction.class, this::routes));
  }

  /**
   * From now on there is something to switch.
   *
   * @param access of the stalled subscriber
   */
  public void begin(Fleet fleet, String host, int httpPort, Access access) {
    switches = new Switches(fleet, new StalledSubscriber(host, httpPort, access), relay);
  }

  private RouterFunction<ServerResponse> routes() {
    return route(GET(DEMO), request -> act(JSON.createObjectNode(), (now, body) -> {}))
        .andRoute(path(DEMO), request -> refuse(request, HttpMethod.GET))
        .andRoute(POST(FLEET), request -> post(request, Demonstration::speed))
        .andRoute(path(FLEET), request -> refuse(request, HttpMethod.POST))
        .andRoute(POST(STALLED), request -> post(request, Demonstration::stall))
        .andRoute(DELETE(STALLED), request -> delete((now, body) -> now.stalled().close()))
        .andRoute(path(STALLED), request -> refuse(request, HttpMethod.POST, HttpMethod.DELETE))
        .andRoute(POST(PAUSE), request -> post(request, Demonstration::pause))
        .andRoute(DELETE(PAUSE), request -> delete((now, body) -> kafka(now).end()))
        .andRoute(path(PAUSE), request -> refuse(request, HttpMethod.POST, HttpMethod.DELETE));
  }

  private static void speed(Switches now, JsonNode body) {
    now.speed(number(body, "speed", Switches.LEAST_SPEED, now.mostSpeed()));
  }

  private static void stall(Switches now, JsonNode body) throws IOException {
    only(body, Set.of());
    now.stalled().ask();
  }

  private static void pause(Switches now, JsonNode body) {
    double seconds = number(body, "seconds", 1, KafkaPause.MOST.toSeconds());
    kafka(now).begin(Duration.ofMillis((long) (seconds * 1_000)));
  }

  private static KafkaPause kafka(Switches now) {
    KafkaPause kafka = now.kafka();
    if (kafka == null) {
      throw Problem.of(
              ProblemCode.BAD_REQUEST,
              "this Kafka is not the demo's own and cannot be paused here: start the demo without"
                  + " --kafka.bootstrap-servers")
          .toException();
    }
    return kafka;
  }

  private static double number(JsonNode body, String field, double least, double most) {
    only(body, Set.of(field));
    JsonNode value = body.path(field);
    if (!value.isNumber() || !(value.doubleValue() >= least && value.doubleValue() <= most)) {
      throw invalid(
          field,
          field
              + " must be a number from "
              + least
              + " to "
              + most
              + ": was "
              + (value.isMissingNode() ? "not there" : value.toString()));
    }
    return value.doubleValue();
  }

  private static void only(JsonNode body, Set<String> fields) {
    for (String field : body.propertyNames()) {
      if (!fields.contains(field)) {
        throw invalid(field, "there is no " + field + " to say here");
      }
    }
  }

  private static RuntimeException invalid(String field, String detail) {
    return Problem.ofField(ProblemCode.BAD_REQUEST, field, detail).toException();
  }

  private Mono<ServerResponse> post(ServerRequest request, Act act) {
    requireJson(request);
    return request
        .bodyToMono(byte[].class)
        .defaultIfEmpty(new byte[0])
        .map(Demonstration::object)
        .flatMap(body -> act(body, act));
  }

  private Mono<ServerResponse> delete(Act act) {
    return act(JSON.createObjectNode(), act);
  }

  private Mono<ServerResponse> act(JsonNode body, Act act) {
    Switches now = switches;
    if (now == null) {
      return Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND));
    }
    return Mono.fromCallable(
            () -> {
              act.on(now, body);
              return JSON.writeValueAsBytes(now.state());
            })
        .subscribeOn(Schedulers.boundedElastic())
        .flatMap(
            state ->
                ServerResponse.ok()
                    .contentType(MediaType.APPLICATION_JSON)
                    .cacheControl(CacheControl.noStore())
                    .bodyValue(state));
  }

  private static void requireJson(ServerRequest request) {
    MediaType type;
    try {
      type = request.headers().contentType().orElse(null);
    } catch (InvalidMediaTypeException e) {
      type = null;
    }
    if (type == null || !type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)) {
      throw new UnsupportedMediaTypeStatusException(type, List.of(MediaType.APPLICATION_JSON));
    }
  }

  private static JsonNode object(byte[] body) {
    try {
      JsonNode json = JSON.readTree(body);
      if (json.isObject()) {
        return json;
      }
    } catch (JacksonException e) {
      // Told below.
    }
    throw Problem.of(ProblemCode.BAD_REQUEST, "the body must be a JSON object").toException();
  }

  /** A route that takes no other method says so. */
  private static Mono<ServerResponse> refuse(ServerRequest request, HttpMethod... taken) {
    return Mono.error(new MethodNotAllowedException(request.method(), List.of(taken)));
  }

  /** Undoes what was switched. */
  @Override
  public void close() throws IOException {
    Switches now = switches;
    if (now != null) {
      now.close();
    }
  }
}
