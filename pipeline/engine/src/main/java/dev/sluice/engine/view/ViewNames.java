package dev.sluice.engine.view;

import dev.sluice.engine.sql.Words;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names that a view and its columns may have: those that SQL takes without quotes, here and in
 * PostgreSQL.
 */
final class ViewNames {
  private static final int MOST_COLUMNS = 256;

  /** PostgreSQL cuts longer ones off, without a word. */
  private static final int MOST_CHARACTERS = 63;

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
  private static final Pattern LOWER = Pattern.compile("[a-z0-9_]*");

  private ViewNames() {}

  /**
   * @param table whether PostgreSQL has them too, which makes lower case of what is not quoted
   */
  static void requireColumns(List<String> names, boolean table) {
    if (names.size() > MOST_COLUMNS) {
      throw invalid("sql", "a view must have 1 to 256 columns: has " + names.size());
    }
    Set<String> taken = new HashSet<>();
    for (String name : names) {
      requireName(name, table);
      if (!taken.add(name.toLowerCase(Locale.ROOT))) {
        throw invalid(
            name,
            "two columns are called "
                + name
                + ", as upper and lower case make no difference: call one something else, by AS");
      }
    }
  }

  private static void requireName(String name, boolean table) {
    if (!NAME.matcher(name).matches() || name.length() > MOST_CHARACTERS) {
      throw invalid(
          name,
          "a view's column must be a letter, then letters, digits or _, at most 63 in all: was \""
              + name
              + "\"; call it something else, by AS");
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (table && !LOWER.matcher(name).matches()) {
      throw invalid(
          name,
          name
              + " would need quotes in PostgreSQL, where names without are lower case: call it "
              + lower
              + ", by AS, or say \"table\": false");
    }
    if (Words.isSystemColumn(lower)) {
      throw invalid(
          name,
          "every table of PostgreSQL has a column "
              + lower
              + " of its own: call this one something else, by AS");
    }
    requireUnquoted(name, name);
  }

  static void requireUnquoted(String field, String name) {
    Words.requireUnquoted(ProblemCode.VIEW_INVALID, field, name);
  }

  private static ProblemException invalid(String field, String detail) {
    return Problem.ofField(ProblemCode.VIEW_INVALID, field, detail).toException();
  }
}
