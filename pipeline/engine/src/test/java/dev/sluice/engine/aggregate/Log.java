package dev.sluice.engine.aggregate;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.engine.expression.TestColumns;
import dev.sluice.engine.plan.Aggregate;
import dev.sluice.engine.plan.Aggregate.Function;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.model.event.Column;
import dev.sluice.model.stream.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Events of groups, out of a seed, and tables of them. */
final class Log {
  static final int MAX_LIST = 200;

  private static final String[] TEXTS = {"", "a", "b", "ab", "grüße", "Ёлка", "\"q\"", "z", "\n"};

  /** An event: its group, where it stands, and a value of any type, null among them. */
  record Event(String group, long time, int partition, long offset, @Nullable Object value) {}

  private Log() {}

  static List<Event> events(Random random, FieldType type, int count) {
    List<Event> events = new ArrayList<>();
    int groups = 1 + random.nextInt(5);
    double scale = Math.pow(10, random.nextInt(7) - 3);
    double shift = random.nextInt(3) * 1e6;
    for (int i = 0; i < count; i++) {
      Object value = random.nextInt(8) == 0 ? null : value(random, type, scale, shift);
      events.add(
          new Event("g" + random.nextInt(groups), random.nextInt(20), random.nextInt(3), i, value));
    }
    return events;
  }

  private static Object value(Random random, FieldType type, double scale, double shift) {
    return switch (type) {
      case STRING -> TEXTS[random.nextInt(TEXTS.length)];
      case LONG -> random.nextInt(4) == 0 ? (Object) 0L : (Object) random.nextLong(-50, 50);
      case TIMESTAMP -> random.nextLong(0, 1_000);
      case BOOLEAN -> random.nextBoolean();
      case DOUBLE ->
          random.nextInt(4) == 0
              ? (Object) (double) random.nextInt(5)
              : (Object) (shift + scale * random.nextGaussian());
    };
  }

  static Grouping by(Aggregate... aggregates) {
    Expression key = Expressions.input(0, FieldType.STRING);
    return new Grouping(List.of(key), null, List.of(aggregates), null);
  }

  static Aggregate aggregate(Function function, FieldType type) {
    Expression argument = Expressions.input(1, type);
    return switch (function) {
      case COUNT_ALL -> new Aggregate(function, null, FieldType.LONG);
      case APPROX_PERCENTILE ->
          new Aggregate(function, argument, List.of(Expressions.literal(0.9)), FieldType.DOUBLE);
      case LISTAGG ->
          new Aggregate(
              function,
              argument,
              List.of(Expressions.literal((long) MAX_LIST), Expressions.literal("; ")),
              FieldType.STRING);
      case ARRAY_AGG ->
          new Aggregate(
              function, argument, List.of(Expressions.literal((long) MAX_LIST)), FieldType.STRING);
      default -> new Aggregate(function, argument, type);
    };
  }

  /** A table of these events, added one partition's run after the other. */
  static GroupTable table(Grouping grouping, FieldType type, List<Event> events) {
    GroupTable table = new GroupTable(grouping);
    int from = 0;
    while (from < events.size()) {
      int to = from + 1;
      while (to < events.size() && events.get(to).partition() == events.get(from).partition()) {
        to++;
      }
      add(table, type, grouping, events.subList(from, to));
      from = to;
    }
    return table;
  }

  private static void add(GroupTable table, FieldType type, Grouping grouping, List<Event> run) {
    Column key = TestColumns.column(FieldType.STRING, run.stream().map(Event::group).toArray());
    Column value = TestColumns.column(type, run.stream().map(Event::value).toArray());
    Column[] arguments = new Column[grouping.aggregates().size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = grouping.aggregates().get(i).argument() == null ? Counts.EVERY_ROW : value;
    }
    Order order =
        new Order(
            run.stream().mapToLong(Event::time).toArray(),
            run.get(0).partition(),
            run.stream().mapToLong(Event::offset).toArray());
    int[] rows = new int[run.size()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i;
    }
    table.add(new Inputs(new Column[] {key}, arguments, order), rows, rows.length);
  }

  /** What a table says of each group. */
  static TreeMap<String, List<@Nullable Object>> results(GroupTable table) {
    int[] groups = table.ordered();
    Column[] columns = table.results(groups);
    TreeMap<String, List<@Nullable Object>> results = new TreeMap<>();
    for (int i = 0; i < groups.length; i++) {
      List<@Nullable Object> row = new ArrayList<>();
      for (int c = 1; c < columns.length; c++) {
        row.add(TestColumns.value(columns[c], i));
      }
      results.put(String.valueOf(TestColumns.value(columns[0], i)), row);
    }
    return results;
  }
}
