package dev.sluice.engine.reference;

import dev.sluice.engine.sql.Words;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.Field;
import dev.sluice.model.table.TableDefinition;

/**
 * The names that a reference table and its fields may have: those that SQL takes without quotes.
 */
public final class TableNames {
  private TableNames() {}

  /**
   * @throws ProblemException TABLE_INVALID
   */
  public static void require(TableDefinition table) {
    Words.requireUnquoted(ProblemCode.TABLE_INVALID, "name", table.name());
    for (Field field : table.fields()) {
      if (Words.isSystemColumn(field.name())) {
        throw Problem.ofField(
                ProblemCode.TABLE_INVALID,
                field.name(),
                "every table of PostgreSQL has a column "
                    + field.name()
                    + " of its own: call this one something else")
            .toException();
      }
      Words.requireUnquoted(ProblemCode.TABLE_INVALID, field.name(), field.name());
    }
  }
}
