package dev.sluice.engine.view;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.SourceRead;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.plan.PreparedQuery;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.sql.ReadRights;
import dev.sluice.engine.sql.SqlPlanner;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.Field;
import dev.sluice.model.view.ViewDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Makes the plans of views, or says why a query cannot be one. CPU work of milliseconds: not for an
 * event loop. Any number of threads at once.
 */
public final class ViewPlans {
  private static final String ANOTHER_VIEW =
      "define a view of what is within, and a view on that view";

  private static final Pattern EXPLAIN =
      Pattern.compile("\\s*EXPLAIN\\b", Pattern.CASE_INSENSITIVE);

  private final Streams streams;
  private final SqlPlanner planner;
  private final ViewSettings settings;

  public ViewPlans(Streams streams, ViewSettings settings) {
    this.streams = streams;
    this.planner = new SqlPlanner(streams, settings.maxListValues());
    this.settings = settings;
  }

  /**
   * Understands a view's query.
   *
   * @throws ProblemException QUERY_…, with a line and a column where there is a place; VIEW_INVALID
   *     for names that a view cannot have
   */
  public ViewPlan plan(ViewDefinition view) {
    return plan(view, ReadRights.ALL);
  }

  /**
   * The same for who defines it.
   *
   * @throws ProblemException as {@link #plan(ViewDefinition)}, and FORBIDDEN
   */
  public ViewPlan plan(ViewDefinition view, ReadRights rights) {
    return plan(view, rights, planner);
  }

  private ViewPlan plan(ViewDefinition view, ReadRights rights, SqlPlanner planner) {
    ViewNames.requireUnquoted("name", view.name());
    if (EXPLAIN.matcher(view.sql()).lookingAt()) {
      throw unsupported("EXPLAIN in a view", "ask /v1/query, and define the view without it");
    }
    PreparedQuery query = planner.planView(view.name(), view.sql(), rights);
    if (query.plans().size() > 1) {
      throw unsupported(
          "UNION ALL of sides that group or read different streams", "define a view of each side");
    }
    QueryPlan plan = query.plan();
    requireTwoStages(plan);
    plan.requireFewWindows(settings.maxWindows());
    ViewNames.requireColumns(query.names(), view.table());
    return new ViewPlan(plan, fields(plan, query.names()), key(plan));
  }

  /**
   * The plan of a view that is there, over the fields that its source had when it was defined.
   *
   * @throws ProblemException as {@link #plan}, and VIEW_INVALID if its columns would be others than
   *     those it was made with
   */
  public ViewPlan of(CatalogView view) {
    ViewPlan plan = plan(view.definition(), ReadRights.ALL, planner(view.reads()));
    if (!plan.fields().equals(view.stream().definition().fields())) {
      throw Problem.ofField(
              ProblemCode.VIEW_INVALID,
              "sql",
              "the query of "
                  + view.name()
                  + " has other columns than when it was defined: delete the view and define it anew")
          .toException();
    }
    return plan;
  }

  private SqlPlanner planner(SourceRead reads) {
    CatalogStream now = streams.find(reads.name());
    CatalogStream then = streams.find(reads.name(), reads.schema());
    return then == null || then.equals(now)
        ? planner
        : new SqlPlanner(new StreamsThen(streams, then), settings.maxListValues());
  }

  /** What needs a stage after the merge, or an end, is no view. */
  private static void requireTwoStages(QueryPlan plan) {
    if (plan.stream().isCompacted()) {
      throw unsupported(
          "a view of " + plan.stream().name() + ", a running total,",
          "its rows take each other's place, and a row of this view would stay");
    }
    if (plan.ranking() != null) {
      throw unsupported(
          "ORDER BY in a view",
          "its rows are kept: order them, and limit them, where you read them");
    }
    if (plan.limit() != null) {
      throw unsupported(
          "LIMIT in a view", "a view does not end: limit its rows where you read them");
    }
    if (plan.inner() != null) {
      throw unsupported("GROUP BY of groups in a view", ANOTHER_VIEW);
    }
  }

  private static List<Field> fields(QueryPlan plan, List<String> names) {
    NotNull notNull = new NotNull(plan);
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Expression column = plan.output().get(i);
      fields.add(new Field(names.get(i), column.type(), !notNull.is(column)));
    }
    return fields;
  }

  private static List<Integer> key(QueryPlan plan) {
    Grouping grouping = plan.grouping();
    if (grouping == null) {
      return List.of();
    }
    List<Integer> columns = new ArrayList<>();
    if (grouping.window() != null) {
      int start = grouping.keys().size() + grouping.aggregates().size();
      columns.add(start);
      columns.add(start + 1);
    }
    for (int i = 0; i < grouping.keys().size(); i++) {
      columns.add(i);
    }
    List<String> output = plan.output().stream().map(Object::toString).toList();
    List<Integer> key = columns.stream().map(column -> output.indexOf("$" + column)).toList();
    if (!key.contains(-1)) {
      return key;
    }
    if (grouping.window() == null) {
      throw unsupported(
          "a running total that does not list all that it groups by",
          "which row takes the place of which would not show: list those columns");
    }
    return List.of();
  }

  private static ProblemException unsupported(String construct, String hint) {
    return Problem.of(ProblemCode.QUERY_UNSUPPORTED, construct + " is not supported: " + hint)
        .toException();
  }
}
