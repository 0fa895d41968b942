package dev.sluice.model.stream;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A stream: a named sequence of events that all have the same fields.
 *
 * @param name {@code [a-z][a-z0-9_]*}, at most 64 characters; also the SQL table's name. One that
 *     begins with {@value #OWN} is Sluice's own
 * @param fields 1 to 256, names unique without regard to case
 * @param intake how the fields are found in events
 * @param source what writes its records; null: devices do, into a topic of its own
 */
public record StreamDefinition(
    String name,
    List<Field> fields,
    Identity identity,
    EventTime time,
    Storage storage,
    Intake intake,
    @Nullable Source source) {

  /** What the names of streams begin with that Sluice itself declares and writes. */
  public static final String OWN = "sluice.";

  private static final Pattern NAME = Pattern.compile("(sluice\\.)?[a-z][a-z0-9_]{0,63}");
  private static final int MAX_FIELDS = 256;

  /** What becomes of an event with an unknown field. */
  public enum UnknownFields {
    REJECT,
    IGNORE
  }

  public StreamDefinition {
    if (!NAME.matcher(name).matches()) {
      throw invalid(
          "name",
          "a stream's name must be a lower-case letter, then lower-case letters, digits or _, at most 64"
              + " in all: was \""
              + name
              + "\"");
    }
    fields = List.copyOf(fields);
    if (fields.isEmpty() || fields.size() > MAX_FIELDS) {
      throw invalid("fields", "a stream must have 1 to 256 fields: has " + fields.size());
    }
    Set<String> names = new HashSet<>();
    for (Field field : fields) {
      if (!names.add(field.name().toLowerCase(Locale.ROOT))) {
        throw invalid(
            field.name(), "the field " + field.name() + " is there twice: name each once");
      }
    }
    requireOwnAliases(fields);
    requireField(fields, "key", identity.key(), null);
    requireField(fields, "id", identity.id(), null);
    requireField(fields, "time", time.field(), FieldType.TIMESTAMP);
    if (identity.id() != null && time.field() == null) {
      throw invalid("id", "an id needs an event time: name a TIMESTAMP field in \"time\"");
    }
    if (source != null && identity.key() != null) {
      throw invalid("key", "the records of a topic have their key already: leave key out");
    }
    if (time.historical() && time.field() == null && !(source instanceof ViewSource)) {
      throw invalid("time", "a historical stream needs a time field: name it in \"time\"");
    }
    intake.requireFor(fields);
    if (source != null && !readsJson(source) && !intake.pointers().isEmpty()) {
      throw invalid("pointer", "pointers are for JSON and CBOR: leave pointer out");
    }
  }

  private static boolean readsJson(Source source) {
    return source instanceof TopicSource topic && topic.values() == TopicSource.Values.JSON;
  }

  /** One whose fields are its events' own members. */
  public StreamDefinition(
      String name,
      List<Field> fields,
      Identity identity,
      EventTime time,
      Storage storage,
      UnknownFields unknown,
      @Nullable Source source) {
    this(name, fields, identity, time, storage, new Intake(unknown), source);
  }

  /** One with topics of its own. */
  public StreamDefinition(
      String name,
      List<Field> fields,
      Identity identity,
      EventTime time,
      Storage storage,
      UnknownFields unknown) {
    this(name, fields, identity, time, storage, unknown, null);
  }

  /**
   * @throws ProblemException NAME_RESERVED if a name is one of Sluice's own
   */
  public static void requireNotOwn(String name) {
    if (name.startsWith(OWN)) {
      throw Problem.ofField(
              ProblemCode.NAME_RESERVED,
              "name",
              "names that begin with "
                  + OWN
                  + " are Sluice's own, which only it declares and deletes: choose another than "
                  + name)
          .toException();
    }
  }

  /** Whether Sluice itself declares and writes it. */
  public boolean isOwn() {
    return name.startsWith(OWN);
  }

  /** What becomes of an event with a field that is not in {@link #fields}. */
  public UnknownFields unknown() {
    return intake.unknown();
  }

  private static void requireOwnAliases(List<Field> fields) {
    Map<String, String> owners = new HashMap<>();
    fields.forEach(field -> owners.put(field.name().toLowerCase(Locale.ROOT), field.name()));
    for (Field field : fields) {
      for (String alias : field.aliases()) {
        String owner = owners.put(alias.toLowerCase(Locale.ROOT), field.name());
        if (owner != null && !owner.equals(field.name())) {
          throw invalid(
              field.name(),
              "the alias %s of %s is also a name or an alias of %s: a name can be one field's only"
                  .formatted(alias, field.name(), owner));
        }
      }
    }
  }

  /** What it is as a view; null if it is none. */
  public @Nullable ViewSource view() {
    return source instanceof ViewSource view ? view : null;
  }

  /** The topic that it is over, and that somebody else writes; null if there is none. */
  public @Nullable TopicSource foreign() {
    return source instanceof TopicSource topic ? topic : null;
  }

  /** Whether its records are kept however old they are. */
  public boolean ageless() {
    ViewSource view = view();
    return view == null ? time.historical() : view.recorded() || isCompacted();
  }

  /** Whether a record takes the place of those before it that have its key. */
  public boolean isCompacted() {
    ViewSource view = view();
    return view != null && view.kind() == ViewSource.Kind.TOTAL;
  }

  /**
   * The same with other fields, as it is read: where they are in events is not known, but for those
   * of a topic.
   */
  public StreamDefinition withFields(List<Field> others) {
    Intake other = source == null ? new Intake(intake.unknown()) : intake;
    return new StreamDefinition(name, others, identity, time, storage, other, source);
  }

  /** The same with another number of partitions. */
  public StreamDefinition withPartitions(int partitions) {
    Storage other = new Storage(partitions, storage.retention());
    return new StreamDefinition(name, fields, identity, time, other, intake, source);
  }

  /** The same with its records kept for another time. */
  public StreamDefinition withRetention(Duration retention) {
    Storage other = new Storage(storage.partitions(), retention);
    return new StreamDefinition(name, fields, identity, time, other, intake, source);
  }

  /**
   * The same view, built anew: with topics of its own.
   *
   * @param from windows that start before it have the rows that the view has now; null: none has
   */
  public StreamDefinition withBuild(int number, @Nullable Instant from) {
    ViewSource view = Objects.requireNonNull(view(), name);
    return new StreamDefinition(
        name, fields, identity, time, storage, intake, view.ofBuild(number, from));
  }

  /**
   * Refuses a stream that others than devices write.
   *
   * @throws ProblemException STREAM_READ_ONLY
   */
  public void requireWritable() {
    if (isOwn()) {
      throw Problem.of(
              ProblemCode.STREAM_READ_ONLY,
              "the stream " + name + " is Sluice's own, and only it writes there: choose another")
          .toException();
    }
    if (source != null) {
      throw Problem.of(
              ProblemCode.STREAM_READ_ONLY,
              view() != null
                  ? name + " is a view, and only the pipeline writes it: write to what it reads"
                  : "the stream "
                      + name
                      + " is a view of the topic "
                      + topic()
                      + ", which is only read: write to the topic")
          .toException();
    }
  }

  /** Position of the field in {@link #fields}, or -1. */
  public int indexOf(String field) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(field)) {
        return i;
      }
    }
    return -1;
  }

  /** Kafka topic of the stream's events. */
  public String topic() {
    // With a prefix, its dot would be taken for the same as another name's underscore.
    if (isOwn()) {
      return name;
    }
    return source == null ? "stream." + name : source.topic(name);
  }

  /** Kafka topic of the events that were rejected. */
  public String deadLetterTopic() {
    if (isOwn()) {
      return name + ".dead";
    }
    ViewSource view = view();
    return "dead." + (view == null ? name : view.suffix(name));
  }

  static ProblemException invalid(String field, String detail) {
    return Problem.ofField(ProblemCode.STREAM_INVALID, field, detail).toException();
  }

  private static void requireField(
      List<Field> fields, String role, @Nullable String name, @Nullable FieldType type) {
    if (name == null) {
      return;
    }
    Field field = fields.stream().filter(f -> f.name().equals(name)).findFirst().orElse(null);
    if (field == null) {
      throw invalid(role, "\"" + role + "\" names a field that is not in \"fields\": " + name);
    }
    if (type != null && field.type() != type) {
      throw invalid(
          role,
          "the field of \""
              + role
              + "\" must be a "
              + type
              + ": "
              + name
              + " is a "
              + field.type());
    }
    if (field.nullable()) {
      throw invalid(role, "the field of \"" + role + "\" must not be nullable: " + name);
    }
  }
}
