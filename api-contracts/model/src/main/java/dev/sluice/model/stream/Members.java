package dev.sluice.model.stream;

import static dev.sluice.model.stream.StreamDefinition.invalid;

import dev.sluice.model.problem.Nearest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads members of a JSON object. One that is null is absent; one of the wrong type is
 * STREAM_INVALID and named by its place, which is empty for the outermost object.
 */
final class Members {
  private Members() {}

  static void requireKnown(String place, JsonNode node, List<String> known) {
    for (String member : node.propertyNames()) {
      if (!known.contains(member)) {
        throw invalid(
            place + member, "unknown member " + place + member + Nearest.hint(member, known));
      }
    }
  }

  static @Nullable String text(String member, JsonNode node) {
    return text("", member, node);
  }

  static @Nullable String text(String place, String member, JsonNode node) {
    JsonNode value = present(member, node);
    if (value == null) {
      return null;
    }
    if (!value.isString()) {
      throw wrong(place + member, "a string", value);
    }
    return value.stringValue();
  }

  static boolean bool(String member, JsonNode node, boolean otherwise) {
    return bool("", member, node, otherwise);
  }

  static boolean bool(String place, String member, JsonNode node, boolean otherwise) {
    JsonNode value = present(member, node);
    if (value == null) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw wrong(place + member, "true or false", value);
    }
    return value.booleanValue();
  }

  static int integer(String member, JsonNode node, int otherwise) {
    JsonNode value = present(member, node);
    if (value == null) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(member, "a whole number", value);
    }
    return value.intValue();
  }

  static Duration duration(String member, JsonNode node, Duration otherwise) {
    String said = text(member, node);
    if (said == null) {
      return otherwise;
    }
    try {
      return Duration.parse(said);
    } catch (DateTimeParseException | ArithmeticException e) {
      throw invalid(
          member,
          member + " must be an ISO-8601 duration such as PT5S or P7D: was \"" + said + "\"");
    }
  }

  static @Nullable Instant instant(String member, JsonNode node) {
    String said = text(member, node);
    if (said == null) {
      return null;
    }
    try {
      Instant instant = Instant.parse(said);
      return Instant.ofEpochMilli(instant.toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      throw invalid(
          member,
          member
              + " must be an ISO-8601 instant such as 2026-11-20T12:00:00Z: was \""
              + said
              + "\"");
    }
  }

  static @Nullable JsonNode present(String member, JsonNode node) {
    JsonNode value = node.get(member);
    return value == null || value.isNull() ? null : value;
  }

  static RuntimeException wrong(String member, String wanted, JsonNode value) {
    return invalid(member, member + " must be " + wanted + ": was " + told(value));
  }

  /** A value as an error shows it: its kind, and itself where it is short. */
  static String told(JsonNode value) {
    String text = value.toString();
    String kind =
        value.isObject()
            ? "an object"
            : value.isArray()
                ? "an array"
                : value.isString()
                    ? "the string"
                    : value.isNumber() ? "the number" : value.isBoolean() ? "the boolean" : "";
    if (value.isContainer()) {
      return kind;
    }
    String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return kind.isEmpty() ? shown : kind + " " + shown;
  }
}
