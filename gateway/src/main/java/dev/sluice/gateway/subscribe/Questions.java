package dev.sluice.gateway.subscribe;

import dev.sluice.engine.query.QueryRequest;
import dev.sluice.engine.query.QueryRequest.Filling;
import dev.sluice.model.problem.Malformed;
import dev.sluice.model.problem.Nearest;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what was asked, from a query string or a body. Strict: what is unknown is refused. */
final class Questions {
  /** Bytes of UTF-8. */
  static final int MAX_SQL = 64 << 10;

  private static final List<String> PARAMETERS =
      List.of(
          "sql",
          "from",
          "to",
          "emit",
          "every",
          "after",
          "overflow",
          "fill",
          "fill-for",
          "speed",
          "ids");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Questions() {}

  static Question of(MultiValueMap<String, String> parameters) {
    Map<String, String> given = new HashMap<>();
    parameters.forEach(
        (name, values) -> {
          requireKnown("parameter", name);
          if (values.size() != 1) {
            throw invalid(
                name, name + " must be given once: was given " + values.size() + " times");
          }
          if (values.get(0) != null) {
            given.put(name, values.get(0));
          }
        });
    return request(given);
  }

  /** The body of a question, or of several. */
  static JsonNode object(byte[] body) {
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (JacksonException e) {
      throw Problem.of(
              ProblemCode.BAD_REQUEST,
              "the body must be a JSON object with \"sql\": " + Malformed.why(e))
          .toException();
    }
    if (!root.isObject()) {
      throw Problem.of(
              ProblemCode.BAD_REQUEST,
              "the body must be a JSON object with \"sql\": was "
                  + (root.isMissingNode() ? "empty" : root.getNodeType()))
          .toException();
    }
    return root;
  }

  static Question of(JsonNode root) {
    Map<String, String> given = new HashMap<>();
    for (Map.Entry<String, JsonNode> member : root.properties()) {
      requireKnown("member", member.getKey());
      if (member.getValue().isString()) {
        given.put(member.getKey(), member.getValue().stringValue());
      } else if (mayBeBare(member.getKey(), member.getValue())) {
        given.put(member.getKey(), member.getValue().toString());
      } else if (!member.getValue().isNull()) {
        throw invalid(member.getKey(), member.getKey() + " must be a string");
      }
    }
    return request(given);
  }

  /** Whether a value that is no string is meant as what it says. */
  private static boolean mayBeBare(String name, JsonNode value) {
    return switch (name) {
      case "ids" -> value.isBoolean();
      case "fill-for", "speed" -> value.isNumber();
      default -> false;
    };
  }

  private static void requireKnown(String kind, String name) {
    if (!PARAMETERS.contains(name)) {
      throw invalid(name, "unknown " + kind + " " + name + Nearest.hint(name, PARAMETERS));
    }
  }

  private static Question request(Map<String, String> given) {
    QueryRequest request =
        new QueryRequest(
            sql(given.get("sql")),
            given.get("from"),
            given.get("to"),
            given.get("emit"),
            given.get("every"),
            given.get("after"),
            given.get("overflow"),
            new Filling(given.get("fill"), given.get("fill-for")),
            given.get("speed"));
    return new Question(request, ids(given.get("ids")));
  }

  private static boolean ids(@Nullable String ids) {
    if (ids == null || ids.equals("false")) {
      return false;
    }
    if (ids.equals("true")) {
      return true;
    }
    throw invalid("ids", "ids must be true or false: was \"" + ids + "\"");
  }

  private static String sql(@Nullable String sql) {
    if (sql == null || sql.isBlank()) {
      throw Problem.ofField(
              ProblemCode.QUERY_MISSING, "sql", "there is no query: put a SELECT into sql")
          .toException();
    }
    int bytes = sql.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_SQL) {
      throw Problem.ofField(
              ProblemCode.QUERY_TOO_LONG,
              "sql",
              "sql must have at most " + MAX_SQL + " bytes: has " + bytes)
          .toException();
    }
    return sql;
  }

  private static RuntimeException invalid(String name, String detail) {
    return Problem.ofField(ProblemCode.QUERY_PARAMETER, name, detail).toException();
  }
}
