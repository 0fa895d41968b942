package dev.sluice.model.stream;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.regex.Pattern;

/**
 * One field of a stream's events.
 *
 * @param name {@code [A-Za-z][A-Za-z0-9_]*}, at most 64 characters: a name that SQL and Avro both
 *     take as it is
 */
public record Field(String name, FieldType type, boolean nullable) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");

  public Field {
    if (!NAME.matcher(name).matches()) {
      throw Problem.ofField(
              ProblemCode.STREAM_INVALID,
              name,
              "a field's name must be a letter, then letters, digits or _, at most 64 in all: was \""
                  + name
                  + "\"")
          .toException();
    }
  }
}
