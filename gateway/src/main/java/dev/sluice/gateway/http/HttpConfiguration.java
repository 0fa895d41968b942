package dev.sluice.gateway.http;

import dev.sluice.gateway.connection.ConnectionProperties;
import dev.sluice.gateway.connection.ConnectionRules;
import dev.sluice.gateway.problem.Problems;
import dev.sluice.gateway.tls.Tls;
import dev.sluice.model.problem.Problem;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.NettyRouteProvider;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/** Puts the rules before every route of the server. */
@Configuration(proxyBeanMethods = false)
class HttpConfiguration {
  private static final int LEAST_LOOPS = 2;
  private static final int BEHIND_BROWSER_RULES = Ordered.HIGHEST_PRECEDENCE + 1;
  private static final Duration PREFLIGHT_IS_GOOD_FOR = Duration.ofHours(1);

  /**
   * Event loops of the gateway's own (the global ones end with the first gateway of a process that
   * does), one a processor. The server would take four at least, which take turns on two processors
   * with each other and with who reads what they write.
   */
  @Bean
  ReactorResourceFactory reactorResourceFactory() {
    int loops = Math.max(LEAST_LOOPS, Runtime.getRuntime().availableProcessors());
    ReactorResourceFactory resources = new ReactorResourceFactory();
    resources.setUseGlobalResources(false);
    resources.setLoopResourcesSupplier(() -> LoopResources.create("sluice-loop", loops, true));
    return resources;
  }

  @Bean
  Guard guard(ServerProperties server, HttpProperties properties) {
    return new Guard(server.getAddress(), properties);
  }

  /**
   * The guard as the server's first route, so that it stands before everything: the doors, the
   * actuator, and what is not WebFlux at all, as the RSocket upgrade is not.
   */
  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  NettyRouteProvider guardRoute(Guard guard, TurnedAway turnedAway) {
    return routes ->
        routes.route(
            request -> refusal(guard, request) != null,
            (request, response) -> {
              Problem refusal = Objects.requireNonNull(refusal(guard, request));
              turnedAway.tell(
                  request.remoteAddress(),
                  request.method().name(),
                  request.uri().split("\\?", 2)[0],
                  refusal.code().status());
              return refuse(refusal, response);
            });
  }

  private static @Nullable Problem refusal(Guard guard, HttpServerRequest request) {
    Problem refusal = guard.refusal(whence(request.requestHeaders()));
    return refusal == null ? Unreadable.problem(request) : refusal;
  }

  private static Guard.Whence whence(io.netty.handler.codec.http.HttpHeaders headers) {
    return new Guard.Whence(
        headers.getAll(HttpHeaderNames.HOST),
        headers.get(HttpHeaderNames.ORIGIN),
        headers.get("Sec-Fetch-Site"),
        headers.get("Sec-Fetch-Dest"));
  }

  private static Publisher<Void> refuse(Problem refusal, HttpServerResponse response) {
    byte[] body = Problems.toJson(refusal);
    BrowserRules.tell(response::header);
    return response
        .status(refusal.code().status())
        .header(HttpHeaderNames.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE)
        .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length))
        .sendByteArray(Mono.just(body));
  }

  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  WebFilter browserRules(HttpProperties properties) {
    return new BrowserRulesFilter(properties.hsts());
  }

  /**
   * What follows a semicolon is part of the name in a path: as a parameter of the path it would be
   * dropped, and {@code DELETE /v1/streams/a;b} would drop the stream a.
   */
  @Bean
  @Order(BEHIND_BROWSER_RULES)
  WebFilter pathsWithoutParameters() {
    return (exchange, chain) -> {
      String path = exchange.getRequest().getURI().getRawPath();
      return chain.filter(
          path.indexOf(';') < 0
              ? exchange
              : exchange
                  .mutate()
                  .request(request -> request.path(path.replace(";", "%3B")))
                  .build());
    };
  }

  /** Tells browsers that a page may ask. Only pages that the guard let through come here. */
  @Bean
  @Order(BEHIND_BROWSER_RULES)
  CorsWebFilter corsFilter() {
    return new CorsWebFilter(HttpConfiguration::cors);
  }

  private static @Nullable CorsConfiguration cors(ServerWebExchange exchange) {
    String origin = exchange.getRequest().getHeaders().getOrigin();
    if (origin == null) {
      return null;
    }
    CorsConfiguration cors = new CorsConfiguration();
    cors.setAllowedOrigins(List.of(origin));
    cors.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "DELETE"));
    cors.setAllowedHeaders(List.of(CorsConfiguration.ALL));
    cors.setExposedHeaders(
        List.of(
            HttpHeaders.LOCATION,
            HttpHeaders.RETRY_AFTER,
            HttpHeaders.ALLOW,
            HttpHeaders.WWW_AUTHENTICATE,
            "Sluice-Credit"));
    cors.setMaxAge(PREFLIGHT_IS_GOOD_FOR);
    return cors;
  }

  @Bean
  WebServerFactoryCustomizer<NettyReactiveWebServerFactory> sendBuffer(HttpProperties properties) {
    int bytes = Math.toIntExact(properties.sendBuffer().toBytes());
    return factory ->
        factory.addServerCustomizers(server -> server.childOption(ChannelOption.SO_SNDBUF, bytes));
  }

  @Bean
  WebServerFactoryCustomizer<NettyReactiveWebServerFactory> earlyBytes() {
    return factory ->
        factory.addServerCustomizers(
            server ->
                server.doOnChannelInit(
                    (observer, channel, address) ->
                        channel
                            .pipeline()
                            .addBefore(
                                NettyPipeline.ReactiveBridge,
                                EarlyBytes.class.getName(),
                                EarlyBytes.INSTANCE)));
  }

  /** TLS comes last, as it is to stand before everything else in a pipeline. */
  @Bean
  WebServerFactoryCustomizer<NettyReactiveWebServerFactory> heldConnections(
      ConnectionRules connections, ConnectionProperties settings, Tls tls) {
    Function<Problem, ByteBuf> word =
        problem -> tls.isOn() ? Unpooled.EMPTY_BUFFER : HttpWord.of(problem);
    return factory ->
        factory.addServerCustomizers(
            server ->
                tls.secure(server)
                    .idleTimeout(settings.idleTimeout())
                    .doOnChannelInit(
                        (observer, channel, address) -> {
                          connections.holdHeads(channel, HttpWord::response);
                          connections.hold(channel, word);
                        }));
  }

  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  WebFilter wholeBodies(ConnectionProperties settings) {
    return new WholeBodies(settings.bodyTimeout());
  }
}
