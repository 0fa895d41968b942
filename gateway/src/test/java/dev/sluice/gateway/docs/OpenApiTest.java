package dev.sluice.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Contract;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.Resource;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;
import reactor.core.publisher.Mono;

class OpenApiTest {
  private static final RunningGateway GATEWAY = RunningGateway.shared();

  @Test
  void everyRouteIsInTheDocumentAndTheReverse() {
    TreeSet<String> routes = new TreeSet<>();
    GATEWAY
        .beans(RequestMappingInfoHandlerMapping.class)
        .forEach(
            mapping ->
                mapping
                    .getHandlerMethods()
                    .keySet()
                    .forEach(
                        info ->
                            info.getMethodsCondition()
                                .getMethods()
                                .forEach(
                                    method ->
                                        info.getPatternsCondition()
                                            .getPatterns()
                                            .forEach(
                                                pattern ->
                                                    routes.add(
                                                        method
                                                            + " "
                                                            + anonymous(
                                                                pattern.getPatternString()))))));
    GATEWAY.beans(RouterFunction.class).forEach(function -> function.accept(new Routes(routes)));
    // The upgrade to RSocket is a route of the server itself.
    routes.add("GET /rsocket");
    // A plain handler of the server's.
    routes.addAll(List.of("GET /v1/query", "POST /v1/query"));

    assertThat(Contract.operations()).containsExactlyElementsOf(routes);
  }

  private static String anonymous(String pattern) {
    return pattern.replace("/**", "/{}").replaceAll("\\{[^}]*}", "{}");
  }

  /** Reads routes such as {@code (POST && /v1/streams/{stream}/events)}. */
  private record Routes(TreeSet<String> found) implements RouterFunctions.Visitor {
    private static final Pattern ROUTE = Pattern.compile("\\((\\w+) && (/[^)]*)\\)");

    @Override
    public void route(RequestPredicate predicate, HandlerFunction<?> handler) {
      if (predicate.toString().startsWith("/")) {
        // Refuses every other method.
        return;
      }
      Matcher matcher = ROUTE.matcher(predicate.toString());
      assertThat(matcher.matches()).as(predicate.toString()).isTrue();
      found.add(matcher.group(1) + " " + anonymous(matcher.group(2)));
    }

    @Override
    public void startNested(RequestPredicate predicate) {
      throw new UnsupportedOperationException(predicate.toString());
    }

    @Override
    public void endNested(RequestPredicate predicate) {}

    @Override
    public void resources(Function<ServerRequest, Mono<Resource>> lookup) {}

    @Override
    public void attributes(Map<String, Object> attributes) {}

    @Override
    public void unknown(RouterFunction<?> function) {
      throw new UnsupportedOperationException(function.toString());
    }
  }

  @Test
  void theDocumentIsServed() {
    HttpResponse<String> answer = Http.get(GATEWAY.http("/v1/openapi.yaml"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).startsWith("openapi: 3.1.0");
  }

  @Test
  void thePageFindsAllItsParts() {
    HttpResponse<String> entry = Http.get(GATEWAY.http("/docs"));
    assertThat(entry.statusCode()).isEqualTo(308);
    assertThat(entry.headers().firstValue("location")).hasValue("/docs/");

    HttpResponse<String> page = Http.get(GATEWAY.http("/docs/"));
    assertThat(page.headers().firstValue("content-type").orElse("")).startsWith("text/html");
    List<String> parts =
        Pattern.compile("(?:src|href)=\"([^\"]+)\"")
            .matcher(page.body())
            .results()
            .map(result -> result.group(1))
            .toList();
    assertThat(parts).hasSize(4);
    parts.forEach(
        part -> assertThat(Http.get(GATEWAY.http("/docs/" + part)).statusCode()).isEqualTo(200));
    assertThat(Http.get(GATEWAY.http("/docs/index.htm")).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/actuator",
        "/actuator/health",
        "/actuator/health/liveness",
        "/actuator/health/readiness",
        "/actuator/prometheus"
      })
  void theActuatorAnswersAsDocumented(String path) {
    assertThat(Http.get(GATEWAY.http(path)).statusCode()).isEqualTo(200);
  }
}
