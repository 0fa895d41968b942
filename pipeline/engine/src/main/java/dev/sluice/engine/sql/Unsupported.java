package dev.sluice.engine.sql;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.util.Map;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;

/** Refusals: the construct's name, its place, and what to do instead. */
final class Unsupported {
  private static final String ONE_STREAM = "a query reads one stream, named after FROM";

  private static final Map<SqlKind, String> HINTS =
      Map.ofEntries(
          Map.entry(SqlKind.UNION, "UNION ALL keeps all rows"),
          Map.entry(SqlKind.INTERSECT, ONE_STREAM),
          Map.entry(SqlKind.EXCEPT, ONE_STREAM),
          Map.entry(SqlKind.VALUES, ONE_STREAM),
          Map.entry(SqlKind.INSERT, "send events to the stream's address instead"),
          Map.entry(SqlKind.OVER, "GROUP BY TUMBLE(…) aggregates over windows of time"),
          Map.entry(SqlKind.IS_DISTINCT_FROM, "compare with <> and IS NULL"),
          Map.entry(SqlKind.IS_NOT_DISTINCT_FROM, "compare with = and IS NULL"),
          Map.entry(SqlKind.DYNAMIC_PARAM, "write the value into the query"));

  private Unsupported() {}

  static ProblemException at(SqlNode node, String construct, String hint) {
    return at(node.getParserPosition(), construct, hint);
  }

  static ProblemException at(SqlParserPos place, String construct, String hint) {
    String detail = construct + " is not supported" + (hint.isEmpty() ? "" : ": " + hint);
    return problem(ProblemCode.QUERY_UNSUPPORTED, place, detail);
  }

  /** By the name of its kind. */
  static ProblemException kind(SqlNode node, SqlKind kind) {
    return kind(node.getParserPosition(), kind);
  }

  static ProblemException kind(SqlParserPos place, SqlKind kind) {
    return at(place, kind.sql.replace('_', ' '), HINTS.getOrDefault(kind, ""));
  }

  static ProblemException problem(ProblemCode code, SqlParserPos place, String detail) {
    return place.getLineNum() > 0
        ? Problem.at(code, place.getLineNum(), place.getColumnNum(), detail).toException()
        : Problem.of(code, detail).toException();
  }
}
