package dev.sluice.engine.view;

import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.KeptRows;
import dev.sluice.engine.plan.Hop;
import dev.sluice.engine.plan.Tumble;
import dev.sluice.engine.plan.Window;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.Field;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether rows of a view may stand beside those of what takes its place. */
final class Keeping {
  /** A key begins with the window's start and end. */
  private static final int EDGES = 2;

  private Keeping() {}

  /**
   * What is kept of a view.
   *
   * @param view that has a table
   * @param before as it is
   * @param after as it will be
   * @throws ProblemException VIEW_INVALID if nothing can be kept
   */
  static KeptRows of(CatalogView view, ViewPlan before, ViewPlan after) {
    if (!view.definition().table()) {
      throw refused("it has no table that they are in");
    }
    Window window = before.plan().window();
    if (!(window instanceof Tumble || window instanceof Hop)) {
      throw refused(why(window, before.plan().grouping() != null));
    }
    if (!window.equals(after.plan().window())) {
      throw refused(
          "the new query has other windows, which would overlap with those that are there");
    }
    if (!before.fields().equals(after.fields())) {
      throw refused("the new query has other columns: it must have " + named(before.fields()));
    }
    List<Integer> key = after.key();
    if (key.isEmpty() || !key.equals(before.key())) {
      throw refused("both queries must list the window's start and end and all that they group by");
    }
    return new KeptRows(
        view.generation(), key.get(0), key.subList(EDGES, key.size()), window.span());
  }

  private static String named(List<Field> fields) {
    return fields.stream()
        .map(
            field ->
                field.name() + " " + field.type() + (field.nullable() ? " that may be null" : ""))
        .collect(Collectors.joining(", "));
  }

  private static String why(@Nullable Window window, boolean groups) {
    if (window != null) {
      return "a session may go on over where the log is cut off";
    }
    return groups
        ? "a running total is made of all of the log"
        : "rows of single events are not of windows, of which one could say where the old ones end";
  }

  private static ProblemException refused(String reason) {
    return Problem.ofField(
            ProblemCode.VIEW_INVALID,
            "keep",
            "rows can be kept of tumbling and hopping windows alone, by a query of the same windows and columns: "
                + reason
                + "; leave keep out, or define a view of another name")
        .toException();
  }
}
