package dev.sluice.model.table;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamDefinition.UnknownFields;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A reference table: rows that streams are joined with.
 *
 * @param name {@code [a-z][a-z0-9_]*}, at most 63 characters, which is PostgreSQL's bound; in one
 *     namespace with the streams' and views'
 * @param fields 1 to 256, their names as the table's
 * @param key of the fields, 1 to 8, none of them nullable: what tells the rows apart, and what is
 *     joined on
 */
public record TableDefinition(String name, List<Field> fields, List<String> key) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final int MAX_FIELDS = 256;
  private static final int MAX_KEY = 8;

  public TableDefinition {
    fields = List.copyOf(fields);
    key = List.copyOf(key);
    requireName("name", "a table's name", name);
    if (fields.isEmpty() || fields.size() > MAX_FIELDS) {
      throw invalid("fields", "a table must have 1 to 256 fields: has " + fields.size());
    }
    Set<String> names = new HashSet<>();
    for (Field field : fields) {
      requireName(field.name(), "a field's name", field.name());
      if (!names.add(field.name())) {
        throw invalid(
            field.name(), "the field " + field.name() + " is there twice: name each once");
      }
    }
    if (key.isEmpty() || key.size() > MAX_KEY || new HashSet<>(key).size() != key.size()) {
      throw invalid("key", "a table must have a key of 1 to 8 fields, each named once: was " + key);
    }
    for (String part : key) {
      requireKey(fields, part);
    }
  }

  private static void requireName(String place, String what, String name) {
    StreamDefinition.requireNotOwn(name);
    if (!NAME.matcher(name).matches()) {
      throw invalid(
          place,
          what
              + " must be a lower-case letter, then lower-case letters, digits or _, at most 63 in"
              + " all: was \""
              + name
              + "\"");
    }
  }

  private static void requireKey(List<Field> fields, String part) {
    Field field = fields.stream().filter(f -> f.name().equals(part)).findFirst().orElse(null);
    if (field == null) {
      throw invalid("key", "\"key\" names a field that is not in \"fields\": " + part);
    }
    if (field.nullable()) {
      throw invalid("key", "a field of the key must not be nullable: " + part);
    }
  }

  private static ProblemException invalid(String field, String detail) {
    return Problem.ofField(ProblemCode.TABLE_INVALID, field, detail).toException();
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

  /** Positions of the key's fields in {@link #fields}, in the key's order. */
  public int[] keyColumns() {
    return key.stream().mapToInt(this::indexOf).toArray();
  }

  /** The fields of its key, in the key's order. */
  public List<Field> keyFields() {
    return key.stream().map(part -> fields.get(indexOf(part))).toList();
  }

  /** Its rows as events would be: what reads those reads rows. */
  public StreamDefinition asEvents() {
    return events(fields);
  }

  /** Its keys as events would be. */
  public StreamDefinition keysAsEvents() {
    return events(keyFields());
  }

  private StreamDefinition events(List<Field> of) {
    return new StreamDefinition(
        name,
        of,
        new Identity(null, null, Duration.ZERO),
        new EventTime(null, false, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1), null, null),
        new Storage(1, Duration.ofDays(1)),
        UnknownFields.REJECT);
  }
}
