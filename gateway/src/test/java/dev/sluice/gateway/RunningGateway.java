package dev.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestServers;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A gateway on free ports, before the module's Kafka and PostgreSQL. */
public final class RunningGateway implements AutoCloseable {
  /** Whose pages the shared one lets ask. */
  public static final String ALLOWED_ORIGIN = "https://allowed.example";

  private final ConfigurableApplicationContext context;

  private RunningGateway(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /** The one that all tests share which need no settings of their own. */
  public static RunningGateway shared() {
    return Shared.GATEWAY;
  }

  /** One of the test's own; a setting that is given twice counts as it was given last. */
  public static RunningGateway start(String... settings) {
    return start(GatewayApplication.class, settings);
  }

  /** One of the test's own, with the beans of one more configuration. */
  public static RunningGateway start(Class<?> configuration, String... settings) {
    Map<String, String> arguments = new LinkedHashMap<>();
    arguments.put("server.address", "127.0.0.1");
    arguments.put("server.port", "0");
    arguments.put("spring.rsocket.server.address", "127.0.0.1");
    arguments.put("spring.rsocket.server.port", "0");
    arguments.put("sluice.kafka.bootstrap-servers", TestServers.kafka());
    arguments.put("sluice.postgres.url", TestServers.postgres());
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      arguments.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return new RunningGateway(
        new SpringApplicationBuilder(GatewayApplication.class, configuration)
            .web(WebApplicationType.REACTIVE)
            .registerShutdownHook(false)
            .run(
                arguments.entrySet().stream()
                    .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                    .toArray(String[]::new)));
  }

  /** {@code http://127.0.0.1:port}. */
  public URI http() {
    return URI.create("http://127.0.0.1:" + port("local.server.port"));
  }

  public URI http(String path) {
    return http().resolve(path);
  }

  /** Where a question is asked; the parameters are {@code name=value}. */
  public URI query(String sql, String... parameters) {
    String more = Stream.of(parameters).map(parameter -> "&" + parameter).collect(joining());
    return http("/v1/query?sql=" + URLEncoder.encode(sql, UTF_8) + more);
  }

  /**
   * Asks for server-sent events, over a connection on which nothing is read until the test does.
   */
  public Http.Connection ask(String sql, String... parameters) {
    URI query = query(sql, parameters);
    return Http.open(
        http(),
        "GET " + query.getRawPath() + "?" + query.getRawQuery() + " HTTP/1.1",
        "Host: localhost",
        "Accept: text/event-stream");
  }

  /** Declares a stream, by its definition as JSON. */
  public void declare(String stream, String definition) {
    assertThat(json("PUT", "/v1/streams/" + stream, definition).statusCode()).isIn(200, 201);
  }

  /** Stores events, each as JSON; all are accepted. */
  public void store(String stream, List<String> events) {
    assertThat(json("POST", "/v1/streams/" + stream + "/events", events.toString()).body())
        .contains("\"accepted\":" + events.size());
  }

  private HttpResponse<String> json(String method, String path, String body) {
    return Http.send(method, http(path), body, "Content-Type", "application/json");
  }

  public int rsocketPort() {
    return port("local.rsocket.server.port");
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  public <T> Collection<T> beans(Class<T> type) {
    return context.getBeansOfType(type).values();
  }

  private int port(String property) {
    return context.getEnvironment().getRequiredProperty(property, Integer.class);
  }

  @Override
  public void close() {
    context.close();
  }

  private static final class Shared {
    static final RunningGateway GATEWAY = start("sluice.http.allowed-origins=" + ALLOWED_ORIGIN);
  }
}
