package dev.sluice.cli.send;

import dev.sluice.cli.text.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The stream that is sent to, as far as sending needs to know it.
 *
 * @param types of its fields, by name
 * @param time the field of the event time; null if that is the time of ingest
 * @param ignoresUnknown whether it takes events with other fields
 * @param historical whether the clock has no part in its watermark
 */
record Target(
    Map<String, CellType> types,
    @Nullable String time,
    boolean ignoresUnknown,
    boolean historical) {
  static Target read(String definition) {
    Map<String, @Nullable Object> json = Json.object(definition);
    Map<String, CellType> types = new LinkedHashMap<>();
    for (Object field : Json.list(json.get("fields"))) {
      Map<String, @Nullable Object> members = Json.object(field);
      types.put("" + members.get("name"), CellType.of("" + members.get("type")));
    }
    return new Target(
        types,
        Json.text(json, "time"),
        "ignore".equals(Json.text(json, "unknown")),
        Boolean.TRUE.equals(json.get("historical")));
  }
}
