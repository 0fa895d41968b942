package dev.sluice.engine.expression;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A path into JSON: {@code $}, then members {@code .name} or {@code ["any name"]} and elements
 * {@code [0]}, in any number.
 */
final class JsonPath {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  private static final Pattern STEP =
      Pattern.compile(
          "\\.([\\p{L}_][\\p{L}\\p{N}_]*)|\\[\\s*(\\d{1,9})\\s*\\]"
              + "|\\[\\s*\"([^\"\\\\]*)\"\\s*\\]|\\[\\s*'([^'\\\\]*)'\\s*\\]|\\.\"([^\"\\\\]*)\"");

  /** A member's name, or an element's index. */
  private record Step(@Nullable String name, int index) {}

  private final List<Step> steps;

  private JsonPath(List<Step> steps) {
    this.steps = steps;
  }

  /**
   * @throws IllegalArgumentException for whatever else a path can be
   */
  static JsonPath of(String path) {
    String rest = path.strip();
    rest = rest.startsWith("lax ") ? rest.substring(4).strip() : rest;
    if (!rest.startsWith("$")) {
      throw refused(path);
    }
    List<Step> steps = new ArrayList<>();
    Matcher step = STEP.matcher(rest);
    int at = 1;
    while (at < rest.length()) {
      if (!step.find(at) || step.start() != at) {
        throw refused(path);
      }
      steps.add(step(step));
      at = step.end();
    }
    return new JsonPath(steps);
  }

  private static Step step(Matcher step) {
    String index = step.group(2);
    if (index != null) {
      return new Step(null, Integer.parseInt(index));
    }
    for (int group : new int[] {1, 3, 4, 5}) {
      if (step.group(group) != null) {
        return new Step(step.group(group), -1);
      }
    }
    throw new IllegalStateException("no step: " + step);
  }

  private static IllegalArgumentException refused(String path) {
    return new IllegalArgumentException(
        "a path of JSON must be $ and then .name, [\"name\"] or [0], as in $.a.b[0]: was '"
            + path
            + "'");
  }

  /**
   * The scalar there, as text. NULL if the path leads nowhere, to null, an object or an array, or
   * the text is not JSON.
   */
  byte @Nullable [] scalar(byte[] text) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      byte[] found = json.nextToken() == null ? null : find(json, 0);
      // What follows must be JSON too.
      return json.nextToken() == null ? found : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  /** Reads the value that the parser is at, to its end. */
  private byte @Nullable [] find(JsonParser json, int depth) {
    if (depth == steps.size()) {
      JsonToken token = json.currentToken();
      if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
        json.skipChildren();
        return null;
      }
      return token == JsonToken.VALUE_NULL ? null : text(json.getString());
    }
    Step step = steps.get(depth);
    if (json.currentToken() == JsonToken.START_OBJECT) {
      return member(json, depth, step);
    }
    if (json.currentToken() == JsonToken.START_ARRAY) {
      return element(json, depth, step);
    }
    return null;
  }

  /** NULL of half a surrogate pair, which is no text. */
  private static byte @Nullable [] text(String value) {
    return UTF_8.newEncoder().canEncode(value) ? value.getBytes(UTF_8) : null;
  }

  /** The last of that name, as PostgreSQL's jsonb has it. */
  private byte @Nullable [] member(JsonParser json, int depth, Step step) {
    byte[] found = null;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      boolean wanted = json.currentName().equals(step.name());
      json.nextToken();
      if (wanted) {
        found = find(json, depth + 1);
      } else {
        json.skipChildren();
      }
    }
    return found;
  }

  private byte @Nullable [] element(JsonParser json, int depth, Step step) {
    byte[] found = null;
    for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
      if (step.name() == null && i == step.index()) {
        found = find(json, depth + 1);
      } else {
        json.skipChildren();
      }
    }
    return found;
  }
}
