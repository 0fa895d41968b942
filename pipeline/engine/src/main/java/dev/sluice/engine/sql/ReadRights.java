package dev.sluice.engine.sql;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;

/** What somebody may read. */
@FunctionalInterface
public interface ReadRights {
  /** Everything. */
  ReadRights ALL = name -> true;

  /** Whether the stream, view or table of that name; it need not be there. */
  boolean mayRead(String name);

  /**
   * @throws dev.sluice.model.problem.ProblemException FORBIDDEN
   */
  default void require(String name) {
    if (!mayRead(name)) {
      throw Problem.ofField(
              ProblemCode.FORBIDDEN,
              "query:" + name,
              "this needs the right query:" + name + ": ask with a token that has it")
          .toException();
    }
  }
}
