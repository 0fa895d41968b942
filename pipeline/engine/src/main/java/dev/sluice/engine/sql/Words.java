package dev.sluice.engine.sql;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.jspecify.annotations.Nullable;

/** Words that are no names without quotes. */
public final class Words {
  /** PostgreSQL 18's: those that {@code pg_get_keywords()} calls reserved, in whichever way. */
  static final Set<String> OF_POSTGRES =
      Arrays.stream(
              ("all analyse analyze and any array as asc asymmetric authorization binary both case"
                      + " cast check collate collation column concurrently constraint create cross"
                      + " current_catalog current_date current_role current_schema current_time"
                      + " current_timestamp current_user default deferrable desc distinct do else end"
                      + " except false fetch for foreign freeze from full grant group having ilike in"
                      + " initially inner intersect into is isnull join lateral leading left like limit"
                      + " localtime localtimestamp natural not notnull null offset on only or order"
                      + " outer overlaps placing primary references returning right select session_user"
                      + " similar some symmetric system_user table tablesample then to trailing true"
                      + " union unique user using variadic verbose when where window with")
                  .split(" "))
          .collect(Collectors.toUnmodifiableSet());

  /** Columns that every table of PostgreSQL has. */
  private static final Set<String> SYSTEM_COLUMNS =
      Set.of("tableoid", "ctid", "xmin", "xmax", "cmin", "cmax");

  private Words() {}

  /** Whether every table of PostgreSQL has a column of this name, which is in lower case. */
  public static boolean isSystemColumn(String name) {
    return SYSTEM_COLUMNS.contains(name);
  }

  /**
   * Fails for a word that would need quotes.
   *
   * @param invalid the problem's code
   * @param field that the problem names
   */
  public static void requireUnquoted(ProblemCode invalid, String field, String name) {
    if (isReserved(name)) {
      throw Problem.ofField(
              invalid,
              field,
              name
                  + " is a reserved word of SQL, and would need quotes wherever it is read: choose"
                  + " another name")
          .toException();
    }
  }

  /** Whether a word of letters, digits and _ is no name without quotes, here or in PostgreSQL. */
  static boolean isReserved(String word) {
    return OF_POSTGRES.contains(word.toLowerCase(Locale.ROOT)) || !isName(word);
  }

  /** Whether the parser takes it for a column's and for a table's name. */
  private static boolean isName(String word) {
    try {
      SqlNode query =
          SqlParser.create("SELECT " + word + " FROM " + word, Dialect.PARSER).parseQuery();
      return query instanceof SqlSelect select
          && isIt(select.getSelectList().get(0), word)
          && isIt(select.getFrom(), word);
    } catch (SqlParseException e) {
      return false;
    }
  }

  private static boolean isIt(@Nullable SqlNode node, String word) {
    return node instanceof SqlIdentifier name && name.names.equals(List.of(word));
  }
}
