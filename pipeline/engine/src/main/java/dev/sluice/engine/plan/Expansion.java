package dev.sluice.engine.plan;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Split;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rest of a plan sees of an event: none, one or more rows of it. Branch by branch, and
 * within a branch part by part. A row has the stream's fields, then the part (STRING, NULL where
 * the branch splits nothing), then the number of its branch (LONG).
 *
 * @param where over these columns, BOOLEAN; null: every row is there
 */
public record Expansion(List<Branch> branches, @Nullable Expression where) {
  public Expansion {
    branches = List.copyOf(branches);
  }

  /**
   * A side of UNION ALL, or all there is.
   *
   * @param filter over the stream's fields, BOOLEAN; null: it has every event
   * @param split a row for each part; null: one row
   */
  public record Branch(@Nullable Expression filter, @Nullable Split split) {
    @Override
    public String toString() {
      return (split == null ? "row" : split.toString()) + " if " + filter;
    }
  }

  @Override
  public String toString() {
    return branches + " where " + where;
  }
}
