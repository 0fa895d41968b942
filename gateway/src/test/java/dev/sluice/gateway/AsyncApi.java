package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** asyncapi.yaml, as what every message of the gateway is held against. */
public final class AsyncApi {
  private static final String BASE = "https://sluice.test/";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String TEXT = read("asyncapi.yaml");
  private static final JsonNode DOCUMENT = JSON.readTree(TEXT);
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemas(
                  Map.of(
                      BASE + "asyncapi.yaml", absolute(TEXT, "asyncapi.yaml"),
                      BASE + "openapi.yaml", absolute(read("openapi.yaml"), "openapi.yaml"))));

  private AsyncApi() {}

  private static String read(String file) {
    try (InputStream yaml =
        Objects.requireNonNull(
            AsyncApi.class.getClassLoader().getResourceAsStream("sluice-spec/" + file))) {
      return JSON.writeValueAsString(new Yaml().<Object>load(yaml));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String absolute(String text, String file) {
    return text.replace("\"#/", "\"" + BASE + file + "#/")
        .replace("\"openapi.yaml#/", "\"" + BASE + "openapi.yaml#/");
  }

  /** What is wrong with the document by AsyncAPI's own schema. */
  public static List<String> errors() {
    Path schema =
        Path.of("src/test/js/node_modules/@asyncapi/specs/schemas", "3.0.0-without-$id.json");
    try {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
          .getSchema(JSON.readTree(Files.readString(schema)))
          .validate(DOCUMENT)
          .stream()
          .map(Error::toString)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Addresses by the name of their channel. */
  public static Map<String, String> addresses() {
    Map<String, String> addresses = new TreeMap<>();
    DOCUMENT
        .path("channels")
        .properties()
        .forEach(
            channel ->
                addresses.put(channel.getKey(), channel.getValue().path("address").stringValue()));
    return addresses;
  }

  /** The examples of a message. */
  public static List<String> examples(String message) {
    List<String> examples = new ArrayList<>();
    DOCUMENT
        .path("components")
        .path("messages")
        .path(message)
        .path("examples")
        .forEach(example -> examples.add(example.path("payload").toString()));
    return examples;
  }

  /** The names of all messages. */
  public static List<String> messages() {
    return List.copyOf(DOCUMENT.path("components").path("messages").propertyNames());
  }

  /** Fails unless the text is one of the messages. */
  public static void hold(String text, String... messages) {
    JsonNode value = JSON.readTree(text);
    List<Error> errors = new ArrayList<>();
    for (String message : messages) {
      List<Error> found =
          SCHEMAS
              .getSchema(
                  SchemaLocation.of(BASE + "of-a-test"),
                  JSON.createObjectNode()
                      .put(
                          "$ref",
                          BASE + "asyncapi.yaml#/components/messages/" + message + "/payload"))
              .validate(value);
      if (found.isEmpty()) {
        return;
      }
      errors.addAll(found);
    }
    assertThat(errors).as(text).isEmpty();
  }
}
