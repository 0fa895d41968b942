package dev.sluice.model.stream;

import dev.sluice.model.problem.Malformed;
import dev.sluice.model.problem.Nearest;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a definition's members out of a JSON object. One that is null is absent; one that is
 * unknown, of the wrong type or there twice is a problem that names its place, which is empty for
 * the outermost object.
 *
 * @param invalid the problem's code
 */
public record Members(ProblemCode invalid) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Reads the object.
   *
   * @param what it is, for the problem
   * @throws dev.sluice.model.problem.ProblemException BAD_REQUEST if it is none
   */
  public static JsonNode object(String what, byte[] json) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JacksonException e) {
      throw Problem.of(
              ProblemCode.BAD_REQUEST, "the body must be a JSON object: " + Malformed.why(e))
          .toException();
    }
    if (!root.isObject()) {
      throw Problem.of(
              ProblemCode.BAD_REQUEST,
              "the body must be a JSON object, " + what + ": was " + told(root))
          .toException();
    }
    return root;
  }

  public void requireKnown(String place, JsonNode node, List<String> known) {
    for (String member : node.propertyNames()) {
      if (!known.contains(member)) {
        throw problem(
            place + member, "unknown member " + place + member + Nearest.hint(member, known));
      }
    }
  }

  public @Nullable String text(String member, JsonNode node) {
    return text("", member, node);
  }

  public @Nullable String text(String place, String member, JsonNode node) {
    JsonNode value = present(member, node);
    if (value == null) {
      return null;
    }
    if (!value.isString()) {
      throw wrong(place + member, "a string", value);
    }
    return value.stringValue();
  }

  /**
   * Fails if a definition says another name than its path: it may say none.
   *
   * @param what is defined, a word
   */
  public void requireName(String what, String inPath, JsonNode node) {
    String said = text("name", node);
    if (said != null && !said.equals(inPath)) {
      throw problem(
          "name",
          "name must be the " + what + "'s name in the path, " + inPath + ": was \"" + said + "\"");
    }
  }

  public boolean bool(String member, JsonNode node, boolean otherwise) {
    return bool("", member, node, otherwise);
  }

  public boolean bool(String place, String member, JsonNode node, boolean otherwise) {
    JsonNode value = present(member, node);
    if (value == null) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw wrong(place + member, "true or false", value);
    }
    return value.booleanValue();
  }

  public int integer(String member, JsonNode node, int otherwise) {
    JsonNode value = present(member, node);
    if (value == null) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(member, "a whole number", value);
    }
    return value.intValue();
  }

  public Duration duration(String member, JsonNode node, Duration otherwise) {
    String said = text(member, node);
    if (said == null) {
      return otherwise;
    }
    try {
      return Duration.parse(said);
    } catch (DateTimeParseException | ArithmeticException e) {
      throw problem(
          member,
          member + " must be an ISO-8601 duration such as PT5S or P7D: was \"" + said + "\"");
    }
  }

  public @Nullable Instant instant(String member, JsonNode node) {
    return instant("", member, node);
  }

  public @Nullable Instant instant(String place, String member, JsonNode node) {
    String said = text(place, member, node);
    if (said == null) {
      return null;
    }
    try {
      Instant instant = Instant.parse(said);
      return Instant.ofEpochMilli(instant.toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      throw problem(
          place + member,
          place
              + member
              + " must be an ISO-8601 instant such as 2026-11-20T12:00:00Z: was \""
              + said
              + "\"");
    }
  }

  public static @Nullable JsonNode present(String member, JsonNode node) {
    JsonNode value = node.get(member);
    return value == null || value.isNull() ? null : value;
  }

  public RuntimeException wrong(String member, String wanted, JsonNode value) {
    return problem(member, member + " must be " + wanted + ": was " + told(value));
  }

  /** A value as an error shows it: its kind, and itself where it is short. */
  public static String told(JsonNode value) {
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

  /** The problem of one member. */
  public ProblemException problem(String member, String detail) {
    return Problem.ofField(invalid, member, detail).toException();
  }

  /** As it is written: {@code P7D} rather than {@code PT168H}. */
  public static String text(Duration duration) {
    boolean wholeDays = !duration.isZero() && duration.equals(Duration.ofDays(duration.toDays()));
    return wholeDays ? "P" + duration.toDays() + "D" : duration.toString();
  }
}
