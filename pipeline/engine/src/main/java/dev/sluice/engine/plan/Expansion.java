package dev.sluice.engine.plan;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Split;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the rest of a plan sees of an event: none, one or more rows of it. Branch by branch, and
 * within a branch part by part, window by window. A row has the stream's fields, then the part
 * (STRING, NULL where the branch splits nothing), then the number of its branch (LONG), then the
 * start of its window (TIMESTAMP, where the branch has windows).
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
   * @param windows a row for each window that the event is in; null: one. Not with a split: an
   *     event's rows would be as many as both multiplied
   */
  public record Branch(@Nullable Expression filter, @Nullable Split split, @Nullable Hop windows) {
    public Branch {
      if (split != null && windows != null) {
        throw new IllegalArgumentException(split + " in each " + windows);
      }
    }

    @Override
    public String toString() {
      return (split == null ? "row" : split.toString())
          + (windows == null ? "" : " in each " + windows)
          + " if "
          + filter;
    }
  }

  /** In how many windows' rows an event is, at most. */
  public long windowsPerEvent() {
    return branches.stream()
        .map(Branch::windows)
        .filter(Objects::nonNull)
        .mapToLong(Hop::windowsPerEvent)
        .max()
        .orElse(1);
  }

  @Override
  public String toString() {
    return branches + " where " + where;
  }
}
