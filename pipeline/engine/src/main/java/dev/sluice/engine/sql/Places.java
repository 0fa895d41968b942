package dev.sluice.engine.sql;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemException;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.util.Util;
import org.jspecify.annotations.Nullable;

/**
 * Finds places for what is refused late: Calcite's expressions have none, so it is that of the
 * first call of the same operator, or of the whole query.
 */
final class Places {
  /** What {@link RexReader} could not read: the problem, and the operator that it is about. */
  static final class Unread extends RuntimeException {
    private final ProblemException problem;
    private final String operator;

    Unread(ProblemException problem, String operator) {
      super(problem.getMessage(), problem, false, false);
      this.problem = problem;
      this.operator = operator;
    }

    ProblemException at(SqlNode query) {
      return Places.at(problem, find(query, operator));
    }
  }

  private Places() {}

  /** The problem; at the whole query if it has no place yet. */
  static ProblemException placed(ProblemException problem, SqlNode query) {
    return problem.problem().line() == null ? at(problem, query.getParserPosition()) : problem;
  }

  private static ProblemException at(ProblemException problem, SqlParserPos place) {
    return Problem.at(
            problem.problem().code(),
            Math.max(1, place.getLineNum()),
            Math.max(1, place.getColumnNum()),
            problem.problem().detail())
        .toException();
  }

  private static SqlParserPos find(SqlNode query, String operator) {
    try {
      query.accept(
          new SqlBasicVisitor<@Nullable Void>() {
            @Override
            public @Nullable Void visit(SqlCall call) {
              if (name(call.getOperator().getName()).equalsIgnoreCase(name(operator))) {
                throw new Util.FoundOne(call.getParserPosition());
              }
              return super.visit(call);
            }
          });
      return query.getParserPosition();
    } catch (Util.FoundOne e) {
      return (SqlParserPos) e.getNode();
    }
  }

  /** Calcite has a $ before those of GROUP BY. */
  private static String name(String operator) {
    return operator.replace("$", "");
  }
}
