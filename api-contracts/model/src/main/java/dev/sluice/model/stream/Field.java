package dev.sluice.model.stream;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One field of a stream's events.
 *
 * @param name {@code [A-Za-z][A-Za-z0-9_]*}, at most 64 characters: a name that SQL and Avro both
 *     take as it is
 * @param absent the value of events that have none, those from before there was the field among
 *     them: a String, Long (also for a TIMESTAMP, ms of the epoch), Double or Boolean; null: there
 *     is none, or the field is nullable and is null there
 * @param aliases names that it had, or has elsewhere: events and records that have one of them have
 *     the field
 */
public record Field(
    String name, FieldType type, boolean nullable, @Nullable Object absent, List<String> aliases) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");
  private static final int MAX_ALIASES = 16;

  public Field {
    requireName("a field's name", name, name);
    aliases = List.copyOf(aliases);
    Set<String> names = new HashSet<>(List.of(name));
    for (String alias : aliases) {
      requireName("an alias of " + name, name, alias);
      if (!names.add(alias)) {
        throw invalid(
            name, "the alias " + alias + " of " + name + " says nothing new: leave it out");
      }
    }
    if (aliases.size() > MAX_ALIASES) {
      throw invalid(
          name, name + " must have at most " + MAX_ALIASES + " aliases: has " + aliases.size());
    }
    if (absent != null && nullable) {
      throw invalid(
          name, name + " is nullable, and null where it is absent: leave out the default");
    }
    if (absent != null && !type.holds(absent)) {
      throw invalid(name, "the default of " + name + " must be a " + type + ": was " + absent);
    }
  }

  /** One without a default and without aliases. */
  public Field(String name, FieldType type, boolean nullable) {
    this(name, type, nullable, null, List.of());
  }

  /** Whether events may be without it. */
  public boolean optional() {
    return nullable || absent != null;
  }

  private static void requireName(String what, String field, String name) {
    if (!NAME.matcher(name).matches()) {
      throw invalid(
          field,
          what
              + " must be a letter, then letters, digits or _, at most 64 in all: was \""
              + name
              + "\"");
    }
  }

  private static ProblemException invalid(String field, String detail) {
    return Problem.ofField(ProblemCode.STREAM_INVALID, field, detail).toException();
  }
}
