package dev.sluice.engine.reference;

import dev.sluice.engine.sql.Words;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.Field;
import dev.sluice.model.table.TableDefinition;
import java.util.Set;

/**
 * The names that a reference table and its fields may have: those that SQL takes without quotes.
 */
public final class TableNames {
  /** Columns that every table of PostgreSQL has. */
  private static final Set<String> SYSTEM_COLUMNS =
      Set.of("tableoid", "ctid", "xmin", "xmax", "cmin", "cmax");

  private TableNames() {}

  /**
   * @throws ProblemException TABLE_INVALID
   */
  public static void require(TableDefinition table) {
    requireUnquoted("name", table.name());
    for (Field field : table.fields()) {
      if (SYSTEM_COLUMNS.contains(field.name())) {
        throw invalid(
            field.name(),
            "every table of PostgreSQL has a column "
                + field.name()
                + " of its own: call this one something else");
      }
      requireUnquoted(field.name(), field.name());
    }
  }

  private static void requireUnquoted(String field, String name) {
    if (Words.isReserved(name)) {
      throw invalid(
          field,
          name
              + " is a reserved word of SQL, and would need quotes wherever it is read: choose another"
              + " name");
    }
  }

  private static ProblemException invalid(String field, String detail) {
    return Problem.ofField(ProblemCode.TABLE_INVALID, field, detail).toException();
  }
}
