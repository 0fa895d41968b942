package dev.sluice.engine.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.embedded.TestServers;
import dev.sluice.engine.source.SchemaRegistry;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Schemas whose ids a registry gives, as it says "Schema Registry API Reference". */
class RegisteredSchemasTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Beyond whatever the catalog counts to. */
  private static final int FIRST_ID = 700_000_001;

  private static final String CREDENTIALS =
      "Basic " + Base64.getEncoder().encodeToString("us@er:pass+word".getBytes(UTF_8));

  private static final List<String> TOLD = new ArrayList<>();
  private static HttpServer registry;
  private static Catalog catalog;
  private static volatile int status = 200;
  private static volatile int less;

  @BeforeAll
  static void open() throws IOException {
    registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    registry.createContext("/base/subjects/", RegisteredSchemasTest::answer);
    registry.start();
    SchemaRegistry client =
        new SchemaRegistry(
            "http://us%40er:pass+word@127.0.0.1:" + registry.getAddress().getPort() + "/base");
    catalog =
        Catalog.open(
            CatalogSettings.of(TestServers.postgres()), new RecordingLog(), client::register);
  }

  @AfterAll
  static void close() {
    catalog.close();
    registry.stop(0);
  }

  /** An id for each text, whatever its subject. */
  private static void answer(HttpExchange exchange) throws IOException {
    if (!CREDENTIALS.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      exchange.sendResponseHeaders(401, -1);
      exchange.close();
      return;
    }
    String path = exchange.getRequestURI().getPath();
    String schema =
        JsonMapper.shared()
            .readTree(exchange.getRequestBody().readAllBytes())
            .path("schema")
            .stringValue();
    byte[] body;
    synchronized (TOLD) {
      String told = exchange.getRequestMethod() + " " + path + " " + schema;
      if (status == 200 && !TOLD.contains(told)) {
        TOLD.add(told);
      }
      body =
          (status == 200
                  ? "{\"id\":" + (FIRST_ID + TOLD.indexOf(told) - less) + "}"
                  : "{\"error_code\":%d,\"message\":\"not this one\"}".formatted(status))
              .getBytes(UTF_8);
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static StreamDefinition stream(String name, String more) {
    String json = "{\"fields\":[{\"name\":\"device\",\"type\":\"STRING\"}" + more + "]}";
    return StreamJson.parse(name, json.getBytes(UTF_8));
  }

  private static int id(Mono<Declared> declared) {
    return requireNonNull(declared.block(SOON)).stream().schemaId();
  }

  @Test
  void noMessageTellsThePassword() {
    assertThatThrownBy(() -> new SchemaRegistry("ftp://me:secret@registry"))
        .hasMessageContaining("ftp://registry")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(
            () ->
                new SchemaRegistry("http://me:secret@127.0.0.1:1").register("s", "{}").block(SOON))
        .hasMessageContaining("http://127.0.0.1:1/subjects")
        .hasMessageNotContaining("secret");
  }

  @Test
  void recordsHaveTheIdsThatTheRegistryGave() {
    int first = id(catalog.declare(stream("registered", "")));
    int second =
        id(
            catalog.declare(
                stream("registered", ",{\"name\":\"n\",\"type\":\"LONG\",\"nullable\":true}")));
    catalog.delete("registered").block(SOON);
    int again = id(catalog.declare(stream("registered", "")));

    assertThat(first).isGreaterThanOrEqualTo(FIRST_ID);
    assertThat(second).isGreaterThan(first);
    assertThat(again).isEqualTo(first);
    assertThat(TOLD.get(first - FIRST_ID))
        .startsWith("POST /base/subjects/stream.registered-value/versions ")
        .contains("\"topic\":\"stream.registered\"");
    catalog.delete("registered").block(SOON);
  }

  @Test
  void withoutTheRegistryNothingIsDoneAndLaterItIs() {
    status = 503;
    try {
      refused(stream("registered_later", ""), ProblemCode.LOG_UNAVAILABLE, "answered 503");
      assertThat(catalog.find("registered_later")).isNull();
      status = 409;
      refused(stream("registered_later", ""), ProblemCode.STREAM_INCOMPATIBLE, "not this one");
    } finally {
      status = 200;
    }
    assertThat(id(catalog.declare(stream("registered_later", ""))))
        .isGreaterThanOrEqualTo(FIRST_ID);
    catalog.delete("registered_later").block(SOON);
  }

  @Test
  void anIdOfAnotherSchemaIsNotTaken() {
    int taken = id(catalog.declare(stream("registered_once", "")));
    synchronized (TOLD) {
      less = FIRST_ID + TOLD.size() - taken;
    }
    try {
      refused(stream("registered_twice", ""), ProblemCode.STREAM_INCOMPATIBLE, "" + taken);
    } finally {
      less = 0;
    }
    assertThat(catalog.find("registered_twice")).isNull();
    catalog.delete("registered_once").block(SOON);
  }

  private static void refused(StreamDefinition stream, ProblemCode code, String why) {
    assertThatThrownBy(() -> catalog.declare(stream).block(SOON))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().code()).isEqualTo(code);
              assertThat(e.problem().detail()).contains(why);
            });
  }
}
