package dev.sluice.model.view;

import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Members;
import dev.sluice.model.view.ViewDefinition.Late;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A view's definition as JSON, as {@code PUT /v1/views/{view}} takes and gives it.
 *
 * <p>Reading is strict: what is unknown, of the wrong type or there twice is VIEW_INVALID and names
 * the member. Only {@value #STATUS} is passed over, so that what a GET gave can be PUT again.
 */
public final class ViewJson {
  /** Member that answers may have beside the definition. */
  public static final String STATUS = "status";

  public static final Duration DEFAULT_RETENTION = Duration.ofDays(7);

  private static final String LATE_COUNT = "count";
  private static final String LATE_DEAD_LETTER = "dead-letter";
  private static final List<String> KNOWN =
      List.of("name", "sql", "late", "retention", "table", STATUS);
  private static final Members READ = new Members(ProblemCode.VIEW_INVALID);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ViewJson() {}

  /**
   * Reads a definition.
   *
   * @param name the view's, as the path has it: the member may be left out, and must not say
   *     something else
   * @throws dev.sluice.model.problem.ProblemException BAD_REQUEST for what is not JSON,
   *     VIEW_INVALID for a bad definition
   */
  public static ViewDefinition parse(String name, byte[] json) {
    JsonNode root = Members.object("a view's definition", json);
    READ.requireKnown("", root, KNOWN);
    String said = READ.text("name", root);
    if (said != null && !said.equals(name)) {
      throw READ.problem(
          "name", "name must be the view's name in the path, " + name + ": was \"" + said + "\"");
    }
    String sql = READ.text("sql", root);
    return new ViewDefinition(
        name,
        sql == null ? "" : sql,
        late(READ.text("late", root)),
        READ.duration("retention", root, DEFAULT_RETENTION),
        READ.bool("table", root, true));
  }

  private static Late late(@Nullable String said) {
    if (said == null || said.equals(LATE_COUNT)) {
      return Late.COUNT;
    }
    if (said.equals(LATE_DEAD_LETTER)) {
      return Late.DEAD_LETTER;
    }
    throw READ.problem("late", "late must be \"count\" or \"dead-letter\": was \"" + said + "\"");
  }

  /** The whole definition, defaults included. */
  public static ObjectNode toJson(ViewDefinition view) {
    return JSON.createObjectNode()
        .put("name", view.name())
        .put("sql", view.sql())
        .put(
            "late",
            switch (view.late()) {
              case COUNT -> LATE_COUNT;
              case DEAD_LETTER -> LATE_DEAD_LETTER;
            })
        .put("retention", Members.text(view.retention()))
        .put("table", view.table());
  }
}
