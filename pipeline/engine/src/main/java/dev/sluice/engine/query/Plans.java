package dev.sluice.engine.query;

import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.expression.AskedValues;
import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.plan.PreparedQuery;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.query.QueryRequest.Filling;
import dev.sluice.engine.resume.TokenCodec;
import dev.sluice.engine.sql.ReadRights;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Plans of the questions asked last, so that a thousand subscribers that come back at once are not
 * a thousand runs of the planner; and of their {@link Shape}s, so that neither are a thousand
 * look-ups of a key each. A change of any stream forgets them all. Any thread.
 */
final class Plans {
  private static final int KEPT = 256;

  /** Longer questions are rare, and would make the bound one of megabytes. */
  private static final int MOST_KEPT_CHARS = 4_096;

  private final BiFunction<String, ReadRights, PreparedQuery> planner;
  private final Kept<List<Planned>> questions = new Kept<>();
  private final Kept<Pattern> patterns = new Kept<>();
  private long changes;

  /**
   * @param planner fails with a problem; what it makes of questions of one shape differs by their
   *     values alone
   */
  Plans(BiFunction<String, ReadRights, PreparedQuery> planner, Streams streams) {
    this.planner = planner;
    streams.onChange(name -> forget());
  }

  /**
   * A plan and what follows from it alone.
   *
   * @param names of its columns
   * @param hash by which resume tokens know the plan
   * @param encoder of its rows, under the names of its columns
   */
  record Planned(QueryPlan plan, List<String> names, String digest, long hash, RowEncoder encoder) {
    static Planned of(QueryPlan plan, List<String> names) {
      return of(plan, names, new RowEncoder(names, plan.fill() != null));
    }

    private static Planned of(QueryPlan plan, List<String> names, RowEncoder encoder) {
      String digest = plan.digest();
      return new Planned(plan, names, digest, TokenCodec.hash(digest), encoder);
    }

    /** The same with another filter. */
    Planned filtering(Expression filter) {
      return of(plan.filtering(filter), names, encoder);
    }
  }

  private record Asked(String sql, Filling filling) {}

  /**
   * A plan with marks in the place of values.
   *
   * @param planned null: it is none, its shape was seen once, or has to be planned with its values
   * @param seenOnce whether it may yet be one
   */
  private record Pattern(@Nullable Planned planned, boolean seenOnce) {
    static final Pattern SEEN_ONCE = new Pattern(null, true);
    static final Pattern NONE = new Pattern(null, false);

    static Pattern of(List<Planned> plans, Shape shape) {
      if (plans.size() != 1 || plans.get(0).plan().filter() == null) {
        return NONE;
      }
      Planned planned = plans.get(0);
      String all = planned.digest() + planned.names();
      boolean once =
          shape.marks().stream()
              .map(Object::toString)
              .allMatch(mark -> all.contains(mark) && all.indexOf(mark) == all.lastIndexOf(mark));
      Pattern pattern = new Pattern(planned, false);
      return once && pattern.with(shape) != null ? pattern : NONE;
    }

    /** The plan of a question of its shape; null if it is none. */
    @Nullable Planned with(Shape shape) {
      Expression filter = planned == null ? null : planned.plan().filter();
      if (planned == null || filter == null) {
        return null;
      }
      Map<Object, Object> values = new HashMap<>();
      List<Object> marks = shape.marks();
      for (int i = 0; i < marks.size(); i++) {
        values.put(marks.get(i), shape.values().get(i));
      }
      Expression replaced = AskedValues.replaced(filter, values);
      return replaced == null ? null : planned.filtering(replaced);
    }
  }

  /** What was used last. */
  private static final class Kept<T> {
    private final Map<Asked, T> kept = new LinkedHashMap<>(KEPT, 0.75f, true);

    @Nullable T find(Asked asked) {
      return kept.get(asked);
    }

    void keep(Asked asked, T value) {
      kept.put(asked, value);
      if (kept.size() > KEPT) {
        kept.remove(kept.keySet().iterator().next());
      }
    }

    void forget() {
      kept.clear();
    }
  }

  /**
   * Plans whose rows are those of the query, all of them; one, but for some UNION ALLs. Whoever has
   * asked it before: what may be read is decided on the plans.
   *
   * @throws dev.sluice.model.problem.ProblemException QUERY_…, FORBIDDEN
   */
  List<Planned> plan(String sql, Filling filling, ReadRights rights) {
    List<Planned> planned = planned(sql, filling, rights);
    planned.forEach(part -> part.plan().sources().forEach(rights::require));
    return planned;
  }

  private List<Planned> planned(String sql, Filling filling, ReadRights rights) {
    Asked asked = new Asked(sql, filling);
    Shape shape = sql.length() > MOST_KEPT_CHARS ? null : Shape.of(sql);
    Asked ofShape = shape == null ? null : new Asked(shape.sql(), filling);
    Pattern pattern;
    long before;
    synchronized (this) {
      List<Planned> known = questions.find(asked);
      if (known != null) {
        return known;
      }
      pattern = ofShape == null ? Pattern.NONE : patterns.find(ofShape);
      before = changes;
    }
    if (shape != null && ofShape != null && pattern != null && pattern.seenOnce()) {
      pattern = pattern(shape, ofShape, rights);
      keep(patterns, ofShape, pattern, before);
    }
    Planned filled = shape == null || pattern == null ? null : pattern.with(shape);
    if (filled != null) {
      return List.of(filled);
    }
    List<Planned> planned = planned(asked, rights);
    keep(questions, asked, planned, before);
    if (ofShape != null && pattern == null) {
      keep(patterns, ofShape, Pattern.SEEN_ONCE, before);
    }
    return planned;
  }

  /** A question may have a plan although its pattern has none: a text that is a time, say. */
  private Pattern pattern(Shape shape, Asked ofShape, ReadRights rights) {
    try {
      return Pattern.of(planned(ofShape, rights), shape);
    } catch (ProblemException e) {
      if (e.problem().code() == ProblemCode.FORBIDDEN) {
        throw e;
      }
      return Pattern.NONE;
    }
  }

  private List<Planned> planned(Asked asked, ReadRights rights) {
    PreparedQuery query = planner.apply(asked.sql, rights);
    return query.plans().stream()
        .map(plan -> plan.filled(Fills.of(asked.filling, plan, query.names())))
        .map(plan -> Planned.of(plan, query.names()))
        .toList();
  }

  private synchronized <T> void keep(Kept<T> kept, Asked asked, T value, long before) {
    if (before == changes && asked.sql.length() <= MOST_KEPT_CHARS) {
      kept.keep(asked, value);
    }
  }

  private synchronized void forget() {
    changes++;
    questions.forget();
    patterns.forget();
  }
}
