package dev.sluice.engine.plan;

import dev.sluice.engine.expression.Expression;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A query over one stream: joins with reference tables, filter, expansion, then either projection
 * or (windowed) aggregation, of which there may be two after each other, then projection and limit.
 *
 * <p>Equal plans compute the same rows: equality is that of {@link #digest()}. Names of columns are
 * no part of it.
 *
 * @param stream the stream read
 * @param joins what adds columns to the stream's; one may read those of the joins before it
 * @param filter over these columns, BOOLEAN; null: every event counts
 * @param expansion of events into rows, over which everything after it is; null: an event is a row
 * @param inner the windows whose final rows are grouped again: {@code grouping} is over their
 *     columns; null: it is over the events' rows. Such a row's event time is its window's end less
 *     1 ms.
 * @param grouping null: a plain filter and projection
 * @param output a result column each: over the stream's fields, or over {@link Grouping}'s columns
 * @param ranking of the rows of each window, or of a running total; null: as their groups
 * @param limit rows after which the query ends; null: none
 * @param fill what silent groups of its windows have; null: no row
 */
public record QueryPlan(
    StreamDefinition stream,
    List<Join> joins,
    @Nullable Expression filter,
    @Nullable Expansion expansion,
    @Nullable Grouping inner,
    @Nullable Grouping grouping,
    List<Expression> output,
    @Nullable Ranking ranking,
    @Nullable Long limit,
    @Nullable Fill fill) {

  public QueryPlan {
    joins = List.copyOf(joins);
    output = List.copyOf(output);
  }

  /** One without joins, and without rows of silent groups. */
  public QueryPlan(
      StreamDefinition stream,
      @Nullable Expression filter,
      @Nullable Expansion expansion,
      @Nullable Grouping inner,
      @Nullable Grouping grouping,
      List<Expression> output,
      @Nullable Ranking ranking,
      @Nullable Long limit) {
    this(stream, List.of(), filter, expansion, inner, grouping, output, ranking, limit, null);
  }

  /** The same of other events. */
  public QueryPlan filtering(Expression by) {
    return new QueryPlan(
        stream, joins, by, expansion, inner, grouping, output, ranking, limit, fill);
  }

  /** The same with rows of silent groups. */
  public QueryPlan filled(@Nullable Fill with) {
    return new QueryPlan(
        stream, joins, filter, expansion, inner, grouping, output, ranking, limit, with);
  }

  /**
   * The aggregation. Expressions after it ({@code having}, {@code output}) see the columns: keys,
   * then aggregates, then, if there is a window, its start and its end as TIMESTAMPs.
   *
   * @param keys over the columns before it; may be empty
   * @param window null: a running total
   * @param having BOOLEAN over the columns above; null: every group is a row
   */
  public record Grouping(
      List<Expression> keys,
      @Nullable Window window,
      List<Aggregate> aggregates,
      @Nullable Expression having) {
    public Grouping {
      keys = List.copyOf(keys);
      aggregates = List.copyOf(aggregates);
    }
  }

  /** The windows that its rows are of; null if there is none, or no aggregation. */
  public @Nullable Window window() {
    Window outer = grouping == null ? null : grouping.window();
    Window first = inner == null ? null : inner.window();
    return outer == null || first == null ? outer : new WindowOnWindow(first, outer);
  }

  /** The windows that reading begins with; null if it may begin anywhere. */
  public @Nullable Window reading() {
    Window window = window();
    return window == null && inner != null ? inner.window() : window;
  }

  /**
   * How much of the log before a time, in ms, must be read to know the rows of the windows that
   * begin at the time or later.
   */
  public long lead() {
    Window window = window();
    if (window == null) {
      return 0;
    }
    return window.lead() + (fill == null ? 0 : fill.windows() * window.slide());
  }

  /**
   * Bounds what an event may cost.
   *
   * @param most windows that an event may be in
   * @throws dev.sluice.model.problem.ProblemException QUERY_WINDOW_LIMIT
   */
  public void requireFewWindows(int most) {
    Window window = reading();
    long windows =
        Math.max(
            window == null ? 1 : window.windowsPerEvent(),
            expansion == null ? 1 : expansion.windowsPerEvent());
    if (windows > most) {
      throw Problem.of(
              ProblemCode.QUERY_WINDOW_LIMIT,
              "every event would be in "
                  + windows
                  + " windows, at most "
                  + most
                  + " are allowed: use a longer slide, or raise sluice.query.max-windows")
          .toException();
    }
  }

  /** How many columns its events have by their joins, places of others included. */
  public int width() {
    return joins.isEmpty() ? PseudoColumn.end(stream) : joins.get(joins.size() - 1).end();
  }

  /** Names of the stream and the tables that it reads. */
  public List<String> sources() {
    return Stream.concat(
            Stream.of(stream.name()), joins.stream().map(join -> join.table().name()).distinct())
        .toList();
  }

  /** Canonical text of what reads its events' columns. */
  public String reads() {
    Grouping first = inner == null ? grouping : inner;
    return joins
        + " "
        + filter
        + " "
        + expansion
        + " "
        + (first == null ? output : first.keys() + " " + first.aggregates());
  }

  /** Canonical text of the plan: equal texts compute the same rows of the same stream. */
  public String digest() {
    return "from "
        + stream.name()
        + (joins.isEmpty() ? "" : " join " + joins)
        + " where "
        + filter
        + (expansion == null ? "" : " expand " + expansion)
        + (inner == null ? "" : " by " + inner + " then")
        + " by "
        + grouping
        + " select "
        + output
        + (ranking == null ? "" : " order " + ranking)
        + " limit "
        + limit
        + (fill == null ? "" : " fill " + fill);
  }
}
