package dev.sluice.cli.text;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON as maps, lists, strings, booleans, {@link Numeral}s and nulls. Members keep their order,
 * numbers their digits.
 */
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final String INDENT = "  ";

  private Json() {}

  /** A number as it was written. */
  public record Numeral(String digits) {
    @Override
    public String toString() {
      return digits;
    }
  }

  /**
   * Reads one value.
   *
   * @throws JacksonException if it is not JSON
   */
  public static @Nullable Object read(String json) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      parser.nextToken();
      return value(parser);
    }
  }

  /** Reads an object; an empty map if it is something else, or no JSON. */
  public static Map<String, @Nullable Object> object(String json) {
    try {
      return object(read(json));
    } catch (JacksonException e) {
      return Map.of();
    }
  }

  /** The value as an object; an empty map if it is none. */
  @SuppressWarnings("unchecked")
  public static Map<String, @Nullable Object> object(@Nullable Object value) {
    return value instanceof Map ? (Map<String, @Nullable Object>) value : Map.of();
  }

  /** The value as a list; empty if it is none. */
  @SuppressWarnings("unchecked")
  public static List<@Nullable Object> list(@Nullable Object value) {
    return value instanceof List ? (List<@Nullable Object>) value : List.of();
  }

  /** The member as text; null if it is absent or null. */
  public static @Nullable String text(Map<String, @Nullable Object> object, String member) {
    Object value = object.get(member);
    return value == null ? null : value.toString();
  }

  private static @Nullable Object value(JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      Map<String, @Nullable Object> members = new LinkedHashMap<>();
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        parser.nextToken();
        members.put(name, value(parser));
      }
      return members;
    }
    if (token == JsonToken.START_ARRAY) {
      List<@Nullable Object> elements = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(value(parser));
      }
      return elements;
    }
    if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
      return token == JsonToken.VALUE_TRUE;
    }
    if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
      return new Numeral(parser.getString());
    }
    return token == JsonToken.VALUE_STRING ? parser.getString() : null;
  }

  /** On one line. */
  public static String write(@Nullable Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      write(value, json);
    }
    return text.toString();
  }

  private static void write(@Nullable Object value, JsonGenerator json) {
    if (value instanceof Map) {
      json.writeStartObject();
      object(value)
          .forEach(
              (name, member) -> {
                json.writeName(name);
                write(member, json);
              });
      json.writeEndObject();
    } else if (value instanceof List) {
      json.writeStartArray();
      list(value).forEach(element -> write(element, json));
      json.writeEndArray();
    } else if (value instanceof Numeral number) {
      json.writeNumber(number.digits());
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value == null) {
      json.writeNull();
    } else {
      json.writeString(value.toString());
    }
  }

  /** For people: a member or element a line, but what has only plain values on one. */
  public static String pretty(@Nullable Object value) {
    StringBuilder text = new StringBuilder();
    pretty(value, "", text);
    return text.toString();
  }

  private static void pretty(@Nullable Object value, String indent, StringBuilder text) {
    boolean isObject = value instanceof Map;
    if (isFlat(value) && !indent.isEmpty() || !isObject && !(value instanceof List)) {
      text.append(write(value));
      return;
    }
    text.append(isObject ? '{' : '[');
    String separator = "\n";
    String deeper = indent + INDENT;
    if (isObject) {
      for (Map.Entry<String, @Nullable Object> member : object(value).entrySet()) {
        text.append(separator).append(deeper).append(write(member.getKey())).append(": ");
        pretty(member.getValue(), deeper, text);
        separator = ",\n";
      }
    } else {
      for (Object element : list(value)) {
        text.append(separator).append(deeper);
        pretty(element, deeper, text);
        separator = ",\n";
      }
    }
    text.append('\n').append(indent).append(isObject ? '}' : ']');
  }

  private static boolean isFlat(@Nullable Object value) {
    List<@Nullable Object> inside =
        value instanceof Map ? new ArrayList<>(object(value).values()) : list(value);
    return inside.stream().noneMatch(one -> one instanceof Map || one instanceof List);
  }
}
