package dev.sluice.engine.sql;

import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamDefinition;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.parser.SqlParserPos;

/** What Calcite's validator says, as problems. */
final class ValidationProblems {
  private static final Pattern COLUMN =
      Pattern.compile("(?:Column|Unknown identifier|Unknown field) '([^']*)'(?: not found.*)?.*");

  private static final Pattern TABLE = Pattern.compile("Table '([^']*)' not found.*");

  private static final int MAX_DETAIL = 400;

  private ValidationProblems() {}

  /**
   * @param statement the query
   */
  static ProblemException of(CalciteContextException e, Statement statement) {
    SqlParserPos place = new SqlParserPos(e.getPosLine(), e.getPosColumn());
    Throwable cause = e.getCause();
    String message =
        String.valueOf(cause == null ? e.getMessage() : cause.getMessage()).replaceAll("\\s+", " ");
    Matcher column = COLUMN.matcher(message);
    if (column.matches() && message.contains("not found")) {
      return unknownColumn(column.group(1), place, statement);
    }
    Matcher table = TABLE.matcher(message);
    if (table.matches()) {
      return Unsupported.problem(
          ProblemCode.QUERY_UNKNOWN_TABLE,
          place,
          table.group(1)
              + " is no table of this query, which reads "
              + Stream.concat(
                      statement.streams().stream().map(StreamDefinition::name),
                      statement.tables().stream().map(CatalogTable::name))
                  .collect(Collectors.joining(", ")));
    }
    return Unsupported.problem(
        ProblemCode.QUERY_INVALID,
        place,
        message.length() <= MAX_DETAIL ? message : message.substring(0, MAX_DETAIL - 1) + "…");
  }

  private static ProblemException unknownColumn(
      String name, SqlParserPos place, Statement statement) {
    Source source = statement.source();
    List<String> names = source.columns();
    String nearest = Nearest.to(name, names);
    String advice;
    if (nearest != null) {
      advice = "; did you mean " + nearest + "?";
    } else if (name.equalsIgnoreCase("window_start") || name.equalsIgnoreCase("window_end")) {
      advice =
          ": with GROUP BY TUMBLE(…) every row has it anyway; elsewhere write "
              + (name.equalsIgnoreCase("window_end") ? "TUMBLE_END(…)" : "TUMBLE_START(…)");
    } else if (source.direct()) {
      advice =
          ": its columns are " + String.join(", ", names.subList(0, Math.min(20, names.size())));
    } else {
      advice = ": a sub-query has the columns that its SELECT lists";
    }
    String what =
        source.direct() && statement.tables().isEmpty()
            ? source.stream().name() + " has no column "
            : "there is no column ";
    return Unsupported.problem(ProblemCode.QUERY_UNKNOWN_COLUMN, place, what + name + advice);
  }
}
