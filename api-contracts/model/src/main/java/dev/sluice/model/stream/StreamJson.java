package dev.sluice.model.stream;

import static dev.sluice.model.stream.StreamDefinition.invalid;

import dev.sluice.model.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A stream's definition as JSON, as {@code PUT /v1/streams/{stream}} takes and gives it.
 *
 * <p>Reading is strict: what is unknown, of the wrong type or there twice is STREAM_INVALID and
 * names the member. Only {@value #STATUS} is passed over, so that what a GET gave can be PUT again.
 */
public final class StreamJson {
  /** Member that answers may have beside the definition. */
  public static final String STATUS = "status";

  public static final Duration DEFAULT_LATENESS = Duration.ofSeconds(5);
  public static final Duration DEFAULT_DEDUPE = Duration.ofMinutes(1);
  public static final Duration DEFAULT_MAX_SKEW = Duration.ofMinutes(1);
  public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(2);
  public static final Duration DEFAULT_RETENTION = Duration.ofDays(7);
  public static final int DEFAULT_PARTITIONS = 6;

  private static final List<String> KNOWN =
      List.of(
          "name",
          "fields",
          "key",
          "time",
          "id",
          "lateness",
          "dedupe",
          "partitions",
          "retention",
          "historical",
          "unknown",
          "senml",
          "max-skew",
          "idle-timeout",
          "min-time",
          "max-time",
          "topic",
          "values",
          "schema",
          "view",
          STATUS);
  private static final Members READ = new Members(ProblemCode.STREAM_INVALID);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private StreamJson() {}

  /**
   * Reads a definition.
   *
   * @param name the stream's name where it is known from elsewhere: the member may then be left
   *     out, and must not say something else
   * @throws dev.sluice.model.problem.ProblemException BAD_REQUEST for what is not JSON,
   *     STREAM_INVALID for a bad definition
   */
  public static StreamDefinition parse(@Nullable String name, byte[] json) {
    return read(name, Members.object("a stream's definition", json));
  }

  private static StreamDefinition read(@Nullable String name, JsonNode root) {
    READ.requireKnown("", root, KNOWN);
    boolean historical = READ.bool("historical", root, false);
    Source source = source(root);
    return new StreamDefinition(
        name(name, root),
        FieldsJson.ofStream(READ, root),
        new Identity(
            READ.text("key", root),
            READ.text("id", root),
            READ.duration("dedupe", root, DEFAULT_DEDUPE)),
        new EventTime(
            READ.text("time", root),
            historical,
            READ.duration("lateness", root, DEFAULT_LATENESS),
            READ.duration("max-skew", root, DEFAULT_MAX_SKEW),
            READ.duration("idle-timeout", root, DEFAULT_IDLE_TIMEOUT),
            READ.instant("min-time", root),
            READ.instant("max-time", root)),
        new Storage(
            READ.integer("partitions", root, DEFAULT_PARTITIONS),
            READ.duration("retention", root, DEFAULT_RETENTION)),
        IntakeJson.read(READ, root, source != null),
        source);
  }

  private static @Nullable Source source(JsonNode root) {
    JsonNode view = Members.present("view", root);
    return view == null ? topic(root) : view(view);
  }

  private static ViewSource view(JsonNode node) {
    if (!node.isObject()) {
      throw READ.wrong("view", "an object", node);
    }
    READ.requireKnown("view.", node, List.of("kind", "recorded", "ends", "build", "from"));
    String said = READ.text("view.", "kind", node);
    boolean recorded = READ.bool("view.", "recorded", node, false);
    boolean ends = READ.bool("view.", "ends", node, false);
    int build = READ.integer("build", node, 0);
    for (ViewSource.Kind kind : ViewSource.Kind.values()) {
      if (kind.name().equals(said)) {
        return new ViewSource(kind, recorded, ends, build, READ.instant("view.", "from", node));
      }
    }
    throw invalid("view.kind", "the kind of a view must be one of theirs: was " + said);
  }

  private static @Nullable TopicSource topic(JsonNode root) {
    String topic = READ.text("topic", root);
    String values = READ.text("values", root);
    JsonNode schema = Members.present("schema", root);
    if (topic == null) {
      if (values != null || schema != null) {
        throw invalid("topic", "values and schema are those of a topic: name it in \"topic\"");
      }
      return null;
    }
    if (schema != null && !schema.isObject()) {
      throw READ.wrong("schema", "an Avro schema, an object", schema);
    }
    return new TopicSource(topic, values(values), schema == null ? null : schema.toString());
  }

  private static TopicSource.Values values(@Nullable String said) {
    for (TopicSource.Values values : TopicSource.Values.values()) {
      if (said != null && values.name().equals(said.toUpperCase(Locale.ROOT))) {
        return values;
      }
    }
    throw invalid(
        "values",
        "values of a topic must be JSON or AVRO: was " + (said == null ? "absent" : said));
  }

  private static String name(@Nullable String known, JsonNode root) {
    if (known == null) {
      String said = READ.text("name", root);
      if (said == null) {
        throw invalid("name", "a stream must have a name: add \"name\"");
      }
      return said;
    }
    READ.requireName("stream", known, root);
    return known;
  }

  /** The whole definition, defaults included. */
  public static ObjectNode toJson(StreamDefinition stream) {
    ObjectNode node = JSON.createObjectNode();
    node.put("name", stream.name());
    FieldsJson.write(stream.fields(), node.putArray("fields"));
    ifPresent(stream.identity().key(), key -> node.put("key", key));
    ifPresent(stream.time().field(), time -> node.put("time", time));
    ifPresent(stream.identity().id(), id -> node.put("id", id));
    node.put("lateness", Members.text(stream.time().lateness()));
    node.put("dedupe", Members.text(stream.identity().dedupe()));
    node.put("partitions", stream.storage().partitions());
    node.put("retention", Members.text(stream.storage().retention()));
    node.put("historical", stream.time().historical());
    IntakeJson.write(stream, node);
    node.put("max-skew", Members.text(stream.time().maxSkew()));
    node.put("idle-timeout", Members.text(stream.time().idleTimeout()));
    ifPresent(stream.time().minTime(), time -> node.put("min-time", time.toString()));
    ifPresent(stream.time().maxTime(), time -> node.put("max-time", time.toString()));
    ifPresent(
        stream.foreign(),
        source -> {
          node.put("topic", source.topic()).put("values", source.values().name());
          ifPresent(source.schema(), schema -> node.set("schema", JSON.readTree(schema)));
        });
    ifPresent(
        stream.view(),
        view -> {
          ObjectNode told =
              node.putObject("view")
                  .put("kind", view.kind().name())
                  .put("recorded", view.recorded())
                  .put("ends", view.ends())
                  .put("build", view.build());
          ifPresent(view.from(), from -> told.put("from", from.toString()));
        });
    return node;
  }

  private static <T> void ifPresent(@Nullable T value, Consumer<T> action) {
    if (value != null) {
      action.accept(value);
    }
  }
}
