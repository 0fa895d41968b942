package dev.sluice.engine.plan;

import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.model.stream.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A plan for people to read: its steps in the order in which they are done, and columns by name.
 */
public final class PlanText {
  private PlanText() {}

  /** The steps that it has: what is done, and in canonical form of what. */
  public static Map<String, String> of(QueryPlan plan) {
    Map<String, String> steps = new LinkedHashMap<>();
    List<String> events = events(plan);
    steps.put("scan", plan.stream().name());
    if (!plan.joins().isEmpty()) {
      steps.put(
          "join",
          plan.joins().stream()
              .map(join -> named(join.digest(), events))
              .collect(Collectors.joining(", ")));
    }
    List<String> columns = events;
    put(steps, "filter", plan.filter(), columns);
    put(steps, "expand", plan.expansion(), columns);
    if (plan.inner() != null) {
      columns = group(steps, "inner-", plan.inner(), columns);
    }
    if (plan.grouping() != null) {
      columns = group(steps, "", plan.grouping(), columns);
    }
    put(steps, "fill", plan.fill(), columns);
    steps.put("select", String.join(", ", texts(plan.output(), columns)));
    put(steps, "order", plan.ranking(), columns);
    put(steps, "limit", plan.limit(), columns);
    return steps;
  }

  /** The columns of events. */
  private static List<String> events(QueryPlan plan) {
    List<String> columns =
        new ArrayList<>(plan.stream().fields().stream().map(Field::name).toList());
    columns.addAll(List.of("part", "branch", "window"));
    Arrays.stream(PseudoColumn.values()).map(PseudoColumn::sqlName).forEach(columns::add);
    for (Join join : plan.joins()) {
      for (Field field : join.table().definition().fields()) {
        columns.add(join.table().name() + "." + field.name());
      }
    }
    return columns;
  }

  /** Returns the columns that come of it. */
  private static List<String> group(
      Map<String, String> steps, String prefix, Grouping grouping, List<String> columns) {
    Window window = grouping.window();
    if (window != null) {
      steps.put(prefix + "window", window(window));
    }
    List<String> keys = texts(grouping.keys(), columns);
    if (!keys.isEmpty()) {
      steps.put(prefix + "group", String.join(", ", keys));
    }
    List<String> aggregates = texts(grouping.aggregates(), columns);
    if (!aggregates.isEmpty()) {
      steps.put(prefix + "aggregate", String.join(", ", aggregates));
    }
    List<String> grouped = new ArrayList<>(keys);
    grouped.addAll(aggregates);
    if (window != null) {
      grouped.addAll(List.of("window_start", "window_end"));
    }
    put(steps, prefix + "having", grouping.having(), grouped);
    return grouped;
  }

  private static String window(Window window) {
    if (window instanceof Tumble tumble) {
      return "tumble " + Duration.ofMillis(tumble.size()) + offset(tumble.offset());
    }
    return window instanceof Hop hop
        ? "hop "
            + Duration.ofMillis(hop.size())
            + " every "
            + Duration.ofMillis(hop.slide())
            + offset(hop.offset())
        : "session, gap " + Duration.ofMillis(window.span());
  }

  private static String offset(long millis) {
    return millis == 0 ? "" : " offset " + Duration.ofMillis(millis);
  }

  private static void put(
      Map<String, String> steps, String step, @Nullable Object of, List<String> columns) {
    if (of != null) {
      steps.put(step, named(of.toString(), columns));
    }
  }

  private static List<String> texts(Collection<?> expressions, List<String> columns) {
    return expressions.stream().map(expression -> named(expression.toString(), columns)).toList();
  }

  /** The stream's fields that a plan reads. */
  public static List<String> fieldsRead(QueryPlan plan) {
    List<Field> fields = plan.stream().fields();
    Set<Integer> read = new TreeSet<>();
    forEachColumn(plan.reads(), read::add, c -> {});
    return read.stream()
        .filter(column -> column < fields.size())
        .map(column -> fields.get(column).name())
        .toList();
  }

  /** With the names of columns in place of their numbers, {@code $0}, but not in literals. */
  private static String named(String canonical, List<String> columns) {
    StringBuilder text = new StringBuilder();
    forEachColumn(canonical, column -> text.append(columns.get(column)), text::append);
    return text.toString();
  }

  private static void forEachColumn(
      String canonical, IntConsumer column, Consumer<Character> other) {
    boolean literal = false;
    for (int i = 0; i < canonical.length(); i++) {
      char c = canonical.charAt(i);
      int end = i + 1;
      while (c == '$' && end < canonical.length() && Character.isDigit(canonical.charAt(end))) {
        end++;
      }
      literal ^= c == '\'';
      if (literal || end == i + 1) {
        other.accept(c);
      } else {
        column.accept(Integer.parseInt(canonical.substring(i + 1, end)));
        i = end - 1;
      }
    }
  }
}
