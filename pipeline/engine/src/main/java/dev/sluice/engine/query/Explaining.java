package dev.sluice.engine.query;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.plan.Aggregate;
import dev.sluice.engine.plan.Aggregate.Function;
import dev.sluice.engine.plan.Fill;
import dev.sluice.engine.plan.PlanText;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.plan.Window;
import dev.sluice.model.stream.FieldType;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says of a plan what it would share, hold and cost. */
final class Explaining {
  private static final int GROUP_BYTES = 24;
  private static final int STRING_BYTES = 48;
  private static final int NUMBER_BYTES = 8;

  /** Those whose state grows with their values. */
  private static final Set<Function> GROWING =
      EnumSet.of(
          Function.COUNT_DISTINCT,
          Function.SUM_DISTINCT,
          Function.AVG_DISTINCT,
          Function.LISTAGG,
          Function.ARRAY_AGG,
          Function.APPROX_COUNT_DISTINCT,
          Function.APPROX_PERCENTILE);

  private Explaining() {}

  /**
   * @param kin what computes the same now
   * @param filtered whether something else is filtered alike now
   */
  static Map<String, String> steps(Prepared query, List<Feed> kin, boolean filtered) {
    QueryPlan plan = query.plan();
    Feed joined =
        kin.stream()
            .filter(feed -> feed.wouldServe(query.range(), query.had()))
            .findFirst()
            .orElse(null);
    Map<String, String> steps = new LinkedHashMap<>();
    steps.put("id", Families.id(query.key()));
    steps.putAll(PlanText.of(plan));
    steps.putAll(state(plan));
    steps.put("shares", shares(kin, joined, filtered));
    steps.put("resume", resume(plan));
    return steps;
  }

  private static String shares(List<Feed> kin, @Nullable Feed joined, boolean filtered) {
    if (kin.isEmpty()) {
      return (filtered ? "the stream's tail and its filter" : "the stream's tail")
          + "; nothing computes the same now: it would begin a computation";
    }
    int subscribers = kin.stream().mapToInt(feed -> feed.computation().subscribers().size()).sum();
    String running =
        kin.size()
            + (kin.size() == 1 ? " computation runs" : " computations run")
            + " for "
            + subscribers
            + (subscribers == 1 ? " subscriber" : " subscribers");
    return joined == null
        ? running + "; none serves this beginning: it would begin another, and join when level"
        : running + "; it would join the one that is " + joined.status().lag().state().text();
  }

  /** What its groups take, also those of an inner window. */
  static Map<String, String> state(QueryPlan plan) {
    Map<String, String> state = new LinkedHashMap<>();
    if (plan.inner() != null) {
      state.put("inner-state", state(plan.inner()));
    }
    if (plan.grouping() != null) {
      Fill fill = plan.fill();
      state.put("state", state(plan.grouping()) + (fill == null ? "" : kept(fill)));
    }
    return state;
  }

  private static String kept(Fill fill) {
    String what = fill.mode() == Fill.Mode.PREVIOUS ? "; a row of a group" : "; a group";
    return what + " is kept for " + fill.windows() + " windows after its last event";
  }

  private static String state(Grouping grouping) {
    Window window = grouping.window();
    int bytes = GROUP_BYTES;
    for (Expression key : grouping.keys()) {
      bytes += key.type() == FieldType.STRING ? STRING_BYTES : NUMBER_BYTES;
    }
    boolean grows = false;
    for (Aggregate aggregate : grouping.aggregates()) {
      bytes += bytes(aggregate);
      grows |= GROWING.contains(aggregate.function());
    }
    String per =
        window == null
            ? " a group"
            : window instanceof Session ? " a group and open session" : " a group and open window";
    return "about " + bytes + " bytes" + per + (grows ? ", and what its values take" : "");
  }

  /** About what one group takes; of lists and distinct values, empty. */
  private static int bytes(Aggregate aggregate) {
    boolean text = aggregate.type() == FieldType.STRING;
    return switch (aggregate.function()) {
      case COUNT_ALL, COUNT -> NUMBER_BYTES;
      case SUM -> 2 * NUMBER_BYTES;
      case AVG -> 3 * NUMBER_BYTES;
      case MIN, MAX -> text ? STRING_BYTES : NUMBER_BYTES;
      case VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP -> 6 * NUMBER_BYTES;
      case FIRST_VALUE, LAST_VALUE -> 4 * NUMBER_BYTES + (text ? STRING_BYTES : 0);
      case COUNT_DISTINCT, SUM_DISTINCT, AVG_DISTINCT, LISTAGG, ARRAY_AGG -> 64;
      case APPROX_COUNT_DISTINCT, APPROX_PERCENTILE -> 512;
    };
  }

  /** What somebody costs who comes back with a token. */
  static String resume(QueryPlan plan) {
    Window window = plan.window();
    if (plan.grouping() == null) {
      Duration dedupe = plan.stream().identity().dedupe();
      return plan.stream().identity().id() == null
          ? "reads on at the token's offsets"
          : "reads on at the token's offsets, and " + dedupe + " before them for duplicates";
    }
    if (window == null) {
      return "reads everything again from its from: a view is the better place for it";
    }
    if (window instanceof Session) {
      return "reads from the start of the oldest open session on";
    }
    Duration span = Duration.ofMillis(window.span());
    Duration lead = Duration.ofMillis(plan.lead());
    if (lead.isZero()) {
      return "reads one window again: " + span;
    }
    String why =
        plan.fill() == null ? "the windows that it is made of" : "the groups that are silent in it";
    return "reads one window again: " + span + ", and " + lead + " before it for " + why;
  }
}
