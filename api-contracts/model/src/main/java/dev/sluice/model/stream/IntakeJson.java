package dev.sluice.model.stream;

import static dev.sluice.model.stream.StreamDefinition.invalid;

import dev.sluice.model.stream.StreamDefinition.UnknownFields;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a stream's fields are found in events, as JSON: members of the definition and of its fields.
 */
final class IntakeJson {
  private static final String POINTER = "pointer";
  private static final String CLOUDEVENT = "cloudevent";

  private IntakeJson() {}

  /**
   * Reads it out of a definition whose fields are good.
   *
   * @param ignores whether unknown fields are ignored if nothing is said of them
   */
  static Intake read(Members read, JsonNode root, boolean ignores) {
    return new Intake(
        unknown(read, root, ignores),
        pointers(read, root, POINTER),
        pointers(read, root, CLOUDEVENT),
        SenmlJson.read(read, root));
  }

  private static Map<String, Pointer> pointers(Members read, JsonNode root, String member) {
    Map<String, Pointer> pointers = new LinkedHashMap<>();
    int index = 0;
    for (JsonNode field : root.path("fields")) {
      String place = "fields[" + index++ + "].";
      String pointer = read.text(place, member, field);
      if (pointer != null) {
        pointers.put(field.path("name").stringValue(), Pointer.parse(place + member, pointer));
      }
    }
    return pointers;
  }

  private static UnknownFields unknown(Members read, JsonNode root, boolean ignored) {
    String said = read.text("unknown", root);
    if (said == null) {
      return ignored ? UnknownFields.IGNORE : UnknownFields.REJECT;
    }
    if (said.equals("reject")) {
      return UnknownFields.REJECT;
    }
    if (said.equals("ignore")) {
      return UnknownFields.IGNORE;
    }
    throw invalid("unknown", "unknown must be \"reject\" or \"ignore\": was \"" + said + "\"");
  }

  /** Adds it to a definition that has its fields already. */
  static void write(StreamDefinition stream, ObjectNode definition) {
    Intake intake = stream.intake();
    definition.put("unknown", intake.unknown().name().toLowerCase(Locale.ROOT));
    SenmlJson.write(intake.senml(), definition);
    write(intake.pointers(), POINTER, definition);
    write(intake.cloudEvents(), CLOUDEVENT, definition);
  }

  private static void write(Map<String, Pointer> pointers, String member, ObjectNode definition) {
    for (JsonNode field : definition.path("fields")) {
      Pointer pointer = pointers.get(field.path("name").stringValue());
      if (pointer != null) {
        ((ObjectNode) field).put(member, pointer.text());
      }
    }
  }
}
