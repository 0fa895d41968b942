package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** openapi.yaml, as what every response of the gateway is held against. */
public final class Contract {
  private static final String BASE = "https://sluice.test/openapi";
  private static final String PROBLEM_JSON = "application/problem+json";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final JsonNode DOCUMENT = load();
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder -> builder.schemas(Map.of(BASE, DOCUMENT.toString())));

  private Contract() {}

  private static JsonNode load() {
    try (InputStream yaml =
        Objects.requireNonNull(
            Contract.class.getClassLoader().getResourceAsStream("sluice-spec/openapi.yaml"))) {
      String json = JSON.writeValueAsString(new Yaml().<Object>load(yaml));
      // Absolute, so that a schema taken out of the document still finds what it refers to.
      return JSON.readTree(json.replace("\"#/components/", "\"" + BASE + "#/components/"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code GET /v1/streams/{}}: every operation of the document, names of variables left out. */
  public static TreeSet<String> operations() {
    TreeSet<String> operations = new TreeSet<>();
    DOCUMENT
        .path("paths")
        .properties()
        .forEach(
            path ->
                Stream.of("get", "put", "post", "delete")
                    .filter(path.getValue()::has)
                    .forEach(
                        method ->
                            operations.add(
                                method.toUpperCase(Locale.ROOT)
                                    + " "
                                    + path.getKey().replaceAll("\\{[^}]*}", "{}"))));
    return operations;
  }

  /** Fails unless the document allows the response. */
  static void hold(String method, String path, HttpResponse<String> response) {
    if (method.equals("HEAD") || method.equals("OPTIONS")) {
      return;
    }
    String what = method + " " + path + " → " + response.statusCode() + " " + response.body();
    JsonNode operation = operation(method, path);
    String type = response.headers().firstValue("content-type").orElse("").replaceAll(";.*", "");
    if (operation == null) {
      assertThat(response.statusCode()).as(what).isIn(401, 403, 404, 405, 421);
      assertThat(type).as(what).isEqualTo(PROBLEM_JSON);
      valid(what, schema("Problem"), JSON.readTree(response.body()));
      return;
    }
    JsonNode answer = answer(operation, response.statusCode());
    assertThat(answer.isObject()).as("is documented: %s", what).isTrue();
    JsonNode content = answer.path("content");
    if (content.isEmpty()) {
      assertThat(response.body()).as(what).isEmpty();
      return;
    }
    assertThat(content.has(type)).as("type %s is documented: %s", type, what).isTrue();
    JsonNode media = content.path(type);
    if (media.has("x-item-schema")) {
      items(type, response.body()).forEach(item -> valid(what, media.path("x-item-schema"), item));
    } else if (type.endsWith("json")) {
      valid(what, media.path("schema"), JSON.readTree(response.body()));
    }
  }

  private static @Nullable JsonNode operation(String method, String path) {
    JsonNode paths = DOCUMENT.path("paths");
    JsonNode found = paths.get(path);
    if (found == null) {
      found =
          paths.properties().stream()
              .filter(entry -> matches(entry.getKey(), path))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElse(null);
    }
    return found == null ? null : found.get(method.toLowerCase(Locale.ROOT));
  }

  private static boolean matches(String template, String path) {
    String pattern = "\\Q" + template.replaceAll("\\{[^}]*}", "\\\\E[^/]+\\\\Q") + "\\E";
    return Pattern.matches(pattern, path);
  }

  private static JsonNode answer(JsonNode operation, int status) {
    JsonNode responses = operation.path("responses");
    JsonNode answer = responses.path(Integer.toString(status));
    if (answer.isMissingNode() && status >= 400) {
      answer = responses.path("default");
    }
    if (answer.has("$ref")) {
      String name = answer.path("$ref").stringValue().replaceAll(".*/", "");
      return DOCUMENT.path("components").path("responses").path(name);
    }
    return answer;
  }

  private static List<JsonNode> items(String type, String body) {
    if (type.equals("application/x-ndjson")) {
      return body.lines().map(JSON::readTree).toList();
    }
    return Stream.of(body.split("\n\n"))
        .filter(event -> event.contains("data: "))
        .map(Contract::event)
        .toList();
  }

  private static JsonNode event(String text) {
    String name = text.replaceAll("(?s).*event: (\\w+).*", "$1");
    String data = text.replaceAll("(?s).*data: (.*)", "$1");
    return JSON.createObjectNode().set(name, JSON.readTree(data));
  }

  private static JsonNode schema(String name) {
    return JSON.createObjectNode().put("$ref", BASE + "#/components/schemas/" + name);
  }

  private static void valid(String what, JsonNode schema, JsonNode value) {
    List<Error> errors =
        SCHEMAS.getSchema(SchemaLocation.of(BASE + "/of-a-test"), schema).validate(value);
    assertThat(errors).as(what).isEmpty();
  }
}
