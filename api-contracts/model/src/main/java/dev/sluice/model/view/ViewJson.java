package dev.sluice.model.view;

import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Members;
import dev.sluice.model.view.ViewDefinition.Late;
import java.time.Duration;
import java.time.Instant;
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

  private static final String WEBHOOK = "webhook";
  private static final String INTO = "into";
  private static final String EARLIEST = "earliest";
  private static final String LATE_COUNT = "count";
  private static final String LATE_DEAD_LETTER = "dead-letter";
  private static final List<String> KNOWN =
      List.of("name", "sql", "late", "retention", "table", WEBHOOK, INTO, STATUS);
  private static final List<String> KNOWN_OF_WEBHOOK = List.of("url", "secret", "from");
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
    READ.requireName("view", name, root);
    String sql = READ.text("sql", root);
    return new ViewDefinition(
        name,
        sql == null ? "" : sql,
        late(READ.text("late", root)),
        READ.duration("retention", root, DEFAULT_RETENTION),
        READ.bool("table", root, true),
        webhook(root),
        READ.text(INTO, root));
  }

  private static @Nullable Webhook webhook(JsonNode root) {
    JsonNode said = Members.present(WEBHOOK, root);
    if (said == null) {
      return null;
    }
    if (!said.isObject()) {
      throw READ.wrong(WEBHOOK, "an object", said);
    }
    String place = WEBHOOK + ".";
    READ.requireKnown(place, said, KNOWN_OF_WEBHOOK);
    String url = READ.text(place, "url", said);
    boolean all = EARLIEST.equals(said.path("from").asString(""));
    return new Webhook(
        url == null ? "" : url,
        READ.text(place, "secret", said),
        all ? Instant.EPOCH : READ.instant(place, "from", said));
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

  /** The whole definition, defaults included, secrets left out. */
  public static ObjectNode toJson(ViewDefinition view) {
    ObjectNode json =
        JSON.createObjectNode()
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
    Webhook webhook = view.webhook();
    if (webhook != null) {
      ObjectNode told = json.putObject(WEBHOOK).put("url", webhook.url());
      if (webhook.from() != null) {
        told.put(
            "from", webhook.from().equals(Instant.EPOCH) ? EARLIEST : webhook.from().toString());
      }
    }
    if (view.into() != null) {
      json.put(INTO, view.into());
    }
    return json;
  }

  /** The definition with its secrets. */
  public static ObjectNode toJsonWithSecrets(ViewDefinition view) {
    ObjectNode json = toJson(view);
    if (view.webhook() != null) {
      json.withObject(WEBHOOK).put("secret", view.webhook().secret());
    }
    return json;
  }
}
