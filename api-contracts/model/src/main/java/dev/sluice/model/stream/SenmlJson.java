package dev.sluice.model.stream;

import static dev.sluice.model.stream.StreamDefinition.invalid;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The member {@code senml} of a stream's definition. */
final class SenmlJson {
  private static final String SENML = "senml";

  private SenmlJson() {}

  static @Nullable Senml read(Members read, JsonNode root) {
    JsonNode node = Members.present(SENML, root);
    if (node == null) {
      return null;
    }
    if (!node.isObject()) {
      throw read.wrong(SENML, "an object with \"records\"", node);
    }
    read.requireKnown("senml.", node, List.of("device", "records"));
    JsonNode records = node.path("records");
    if (!records.isArray()) {
      throw invalid(
          "senml.records",
          "senml.records must be an array of {\"name\", \"unit\", \"field\", \"sum\"}");
    }
    List<Senml.Mapping> mappings = new ArrayList<>();
    for (JsonNode record : records) {
      mappings.add(mapping(read, "senml.records[" + mappings.size() + "]", record));
    }
    return new Senml(read.text("senml.", "device", node), mappings);
  }

  private static Senml.Mapping mapping(Members read, String place, JsonNode node) {
    if (!node.isObject()) {
      throw read.wrong(place, "an object with \"field\"", node);
    }
    read.requireKnown(place + ".", node, List.of("name", "unit", "field", "sum"));
    String field = read.text(place + ".", "field", node);
    if (field == null) {
      throw invalid(place + ".field", place + " must have a \"field\"");
    }
    String name = read.text(place + ".", "name", node);
    return new Senml.Mapping(
        Objects.requireNonNullElse(name, ""),
        read.text(place + ".", "unit", node),
        field,
        read.bool(place + ".", "sum", node, false));
  }

  static void write(@Nullable Senml senml, ObjectNode definition) {
    if (senml == null) {
      return;
    }
    ObjectNode node = definition.putObject(SENML);
    if (senml.device() != null) {
      node.put("device", senml.device());
    }
    var records = node.putArray("records");
    for (Senml.Mapping mapping : senml.records()) {
      ObjectNode record = records.addObject();
      if (!mapping.name().isEmpty()) {
        record.put("name", mapping.name());
      }
      if (mapping.unit() != null) {
        record.put("unit", mapping.unit());
      }
      record.put("field", mapping.field());
      if (mapping.sum()) {
        record.put("sum", true);
      }
    }
  }
}
