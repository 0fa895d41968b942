package dev.sluice.model.stream;

import dev.sluice.model.problem.Nearest;
import dev.sluice.model.problem.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of a definition as JSON: an array of {@code {"name", "type", "nullable"}}, and of a
 * stream's {@code "default"} and {@code "aliases"}.
 */
public final class FieldsJson {
  private static final List<String> MEMBERS = List.of("name", "type", "nullable");
  private static final List<String> OF_STREAMS =
      List.of("name", "type", "nullable", "default", "aliases", "pointer", "cloudevent");

  private FieldsJson() {}

  /**
   * Reads the member {@code fields} of what does not evolve.
   *
   * @throws ProblemException the reader's, for bad ones
   */
  public static List<Field> read(Members read, JsonNode root) {
    return read(read, root, MEMBERS);
  }

  /** Reads the member {@code fields} of a stream; what {@link IntakeJson} reads is passed over. */
  static List<Field> ofStream(Members read, JsonNode root) {
    return read(read, root, OF_STREAMS);
  }

  private static List<Field> read(Members read, JsonNode root, List<String> members) {
    JsonNode node = root.get("fields");
    if (node == null || !node.isArray()) {
      throw read.problem(
          "fields",
          "fields must be an array of {\"name\", \"type\", \"nullable\"}: was "
              + (node == null ? "absent" : Members.told(node)));
    }
    List<Field> fields = new ArrayList<>();
    for (JsonNode field : node) {
      fields.add(field(read, "fields[" + fields.size() + "]", field, members));
    }
    return fields;
  }

  private static Field field(Members read, String place, JsonNode node, List<String> members) {
    if (!node.isObject()) {
      throw read.problem(
          place,
          place + " must be an object with \"name\" and \"type\": was " + Members.told(node));
    }
    read.requireKnown(place + ".", node, members);
    String name = read.text(place + ".", "name", node);
    if (name == null) {
      throw read.problem(place + ".name", place + " must have a \"name\"");
    }
    FieldType type = type(read, place, name, node);
    boolean nullable = read.bool(place + ".", "nullable", node, false);
    try {
      return new Field(
          name, type, nullable, absent(read, place, type, node), aliases(read, place, node));
    } catch (ProblemException e) {
      throw read.problem(
          Objects.requireNonNullElse(e.problem().field(), place), e.problem().detail());
    }
  }

  private static FieldType type(Members read, String place, String name, JsonNode node) {
    String said = read.text(place + ".", "type", node);
    for (FieldType type : FieldType.values()) {
      if (said != null && type.name().equals(said.toUpperCase(Locale.ROOT))) {
        return type;
      }
    }
    throw read.problem(
        place + ".type",
        "the type of "
            + name
            + " must be STRING, LONG, DOUBLE, BOOLEAN or TIMESTAMP: was "
            + told(said));
  }

  private static @Nullable Object absent(
      Members read, String place, FieldType type, JsonNode node) {
    JsonNode value = Members.present("default", node);
    if (value == null) {
      return null;
    }
    boolean fits =
        switch (type) {
          case STRING -> value.isString();
          case LONG -> value.isIntegralNumber() && value.canConvertToLong();
          case DOUBLE -> value.isNumber() && Double.isFinite(value.doubleValue());
          case BOOLEAN -> value.isBoolean();
          case TIMESTAMP ->
              value.isString() || (value.isIntegralNumber() && value.canConvertToLong());
        };
    if (!fits) {
      throw read.wrong(place + ".default", "a " + type, value);
    }
    return switch (type) {
      case STRING -> value.stringValue();
      case LONG -> value.longValue();
      case DOUBLE -> value.doubleValue();
      case BOOLEAN -> value.booleanValue();
      case TIMESTAMP -> {
        Instant instant = value.isString() ? read.instant(place + ".", "default", node) : null;
        yield instant == null ? value.longValue() : instant.toEpochMilli();
      }
    };
  }

  private static List<String> aliases(Members read, String place, JsonNode node) {
    JsonNode value = Members.present("aliases", node);
    List<String> aliases = new ArrayList<>();
    if (value == null) {
      return aliases;
    }
    if (!value.isArray()) {
      throw read.wrong(place + ".aliases", "an array of names", value);
    }
    for (JsonNode alias : value) {
      if (!alias.isString()) {
        throw read.wrong(place + ".aliases", "an array of names", alias);
      }
      aliases.add(alias.stringValue());
    }
    return aliases;
  }

  private static String told(@Nullable String said) {
    return said == null
        ? "absent"
        : "\""
            + said
            + "\""
            + Nearest.hint(said, Stream.of(FieldType.values()).map(Enum::name).toList());
  }

  /** Puts the fields into the array. */
  public static void write(List<Field> fields, ArrayNode into) {
    for (Field field : fields) {
      ObjectNode node =
          into.addObject()
              .put("name", field.name())
              .put("type", field.type().name())
              .put("nullable", field.nullable());
      Object absent = field.absent();
      if (absent instanceof Long time && field.type() == FieldType.TIMESTAMP) {
        node.put("default", Instant.ofEpochMilli(time).toString());
      } else if (absent instanceof Long number) {
        node.put("default", number);
      } else if (absent instanceof Double number) {
        node.put("default", number);
      } else if (absent instanceof Boolean bool) {
        node.put("default", bool);
      } else if (absent instanceof String text) {
        node.put("default", text);
      }
      if (!field.aliases().isEmpty()) {
        field.aliases().forEach(node.putArray("aliases")::add);
      }
    }
  }
}
