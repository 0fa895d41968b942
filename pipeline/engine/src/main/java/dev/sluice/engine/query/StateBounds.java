package dev.sluice.engine.query;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;

/** Ends a query that holds more than it may: its subscribers are told which bound it was. */
record StateBounds(QuerySettings.State bounds) {

  /**
   * @throws ProblemException QUERY_STATE_LIMIT
   */
  void require(Operator operator) {
    if (operator.groups() > bounds.maxGroups()) {
      throw tooMuch(
          "holds more than "
              + bounds.maxGroups()
              + " groups: group by fewer values, use shorter windows",
          "sluice.query.max-groups");
    }
    if (operator.bytes() > bounds.maxBytes()) {
      throw tooMuch(
          "holds more than "
              + bounds.maxBytes()
              + " bytes: group by fewer values, use shorter windows, or APPROX_COUNT_DISTINCT"
              + " instead of COUNT(DISTINCT …)",
          "sluice.query.max-state");
    }
  }

  /**
   * @param rows that were filled in as the watermark moved once
   * @throws ProblemException QUERY_STATE_LIMIT
   */
  void requireFilled(long rows) {
    if (rows > bounds.maxGroups()) {
      throw tooMuch(
          "fills in more than " + bounds.maxGroups() + " rows at once: say a shorter fill-for",
          "sluice.query.max-groups");
    }
  }

  private static ProblemException tooMuch(String what, String setting) {
    return Problem.of(ProblemCode.QUERY_STATE_LIMIT, "the query " + what + ", or raise " + setting)
        .toException();
  }
}
