package dev.sluice.engine.conformance;

import dev.sluice.engine.conformance.ConformanceTable.Case;
import dev.sluice.engine.query.LiveQuery.OutputColumn;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a case's rows are: those that somebody wrote down, or what PostgreSQL says. */
public final class ConformanceOracle implements AutoCloseable {
  private final Postgres postgres;

  /**
   * @param schema of PostgreSQL, in which the inputs are
   */
  public ConformanceOracle(String schema, Collection<ConformanceInput> inputs) {
    postgres = new Postgres(schema);
    for (ConformanceInput input : inputs) {
      String table = input.stream().name();
      postgres.execute("CREATE TABLE %s (%s)".formatted(table, Postgres.columns(input.stream())));
      postgres.copy(table, input.csv());
    }
  }

  /**
   * @param columns that the case answers with
   */
  public List<List<@Nullable Object>> rows(Case c, List<OutputColumn> columns) {
    if (c.rows() != null) {
      return ResultRows.written(columns, c.rows());
    }
    String sql = c.postgres().isEmpty() ? PostgresWindows.postgres(c.sql()) : c.postgres();
    return rows(sql, columns);
  }

  /** What PostgreSQL answers to a query of its own. */
  public List<List<@Nullable Object>> rows(String sql, List<OutputColumn> columns) {
    return ResultRows.typed(columns, postgres.query(sql));
  }

  @Override
  public void close() {
    postgres.close();
  }
}
