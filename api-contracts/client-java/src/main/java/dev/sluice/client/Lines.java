package dev.sluice.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;

/** Reads an answer's lines. */
final class Lines {
  private Lines() {}

  /**
   * The events of one payload.
   *
   * @throws SluiceException if it is no answer
   */
  static List<QueryEvent> events(byte[] lines) {
    List<QueryEvent> events = new ArrayList<>();
    try (MappingIterator<JsonNode> each = Wire.JSON.readerFor(JsonNode.class).readValues(lines)) {
      while (each.hasNextValue()) {
        events.add(event(each.nextValue()));
      }
    } catch (JacksonException e) {
      throw new SluiceException(SluiceException.PROTOCOL, "an answer was not JSON", 0, e);
    }
    return events;
  }

  private static QueryEvent event(JsonNode line) {
    String token = text(line.path("id"));
    if (line.has("row")) {
      return new Row(values(line.path("row")), false, token);
    }
    if (line.has("update")) {
      return new Row(values(line.path("update")), true, token);
    }
    if (line.has("watermark")) {
      return new QueryEvent.Watermark(text(line.path("watermark").path("watermark")), token);
    }
    if (line.has("gap")) {
      JsonNode gap = line.path("gap");
      return new QueryEvent.Gap(
          gap.path("rows").asLong(0),
          gap.path("reason").asString(""),
          gap.path("detail").asString(""),
          token);
    }
    if (line.has("end")) {
      return new QueryEvent.End(line.path("end").path("reason").asString(""), token);
    }
    if (line.has("error")) {
      return new Broken(Wire.problem(line.path("error"), null), token);
    }
    throw new SluiceException(SluiceException.PROTOCOL, "an answer has a line " + line);
  }

  private static @Nullable String text(JsonNode node) {
    return node.isString() ? node.stringValue() : null;
  }

  private static Map<String, @Nullable Object> values(JsonNode row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    row.properties().forEach(column -> values.put(column.getKey(), value(column.getValue())));
    return Collections.unmodifiableMap(values);
  }

  private static @Nullable Object value(JsonNode node) {
    if (node.isNull()) {
      return null;
    } else if (node.isIntegralNumber()) {
      return node.longValue();
    } else if (node.isNumber()) {
      return node.doubleValue();
    } else if (node.isBoolean()) {
      return node.booleanValue();
    } else if (node.isArray()) {
      List<@Nullable Object> list = new ArrayList<>();
      node.forEach(element -> list.add(value(element)));
      return Collections.unmodifiableList(list);
    } else if (node.isObject()) {
      return values(node);
    }
    return node.asString();
  }
}
