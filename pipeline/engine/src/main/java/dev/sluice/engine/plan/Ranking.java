package dev.sluice.engine.plan;

import dev.sluice.engine.expression.Expression;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The order of a window's rows, or of a running total's, and how many of them there are. Rows that
 * it leaves equal are in the order of their groups.
 *
 * @param limit rows of each window; null: all
 */
public record Ranking(List<By> by, @Nullable Long limit) {
  public Ranking {
    by = List.copyOf(by);
  }

  /**
   * @param value over the grouping's columns
   */
  public record By(Expression value, boolean descending, boolean nullsFirst) {
    @Override
    public String toString() {
      return value + (descending ? " desc" : " asc") + (nullsFirst ? " nulls first" : "");
    }
  }

  @Override
  public String toString() {
    return by.stream().map(By::toString).collect(Collectors.joining(", ", "", " top " + limit));
  }
}
