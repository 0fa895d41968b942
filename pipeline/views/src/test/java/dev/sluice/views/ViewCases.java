package dev.sluice.views;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.conformance.ConformanceInput;
import dev.sluice.engine.conformance.ConformanceTable;
import dev.sluice.engine.conformance.ConformanceTable.Case;
import dev.sluice.engine.view.ViewPlans;
import dev.sluice.engine.view.ViewSettings;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.ViewDefinition.Late;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The cases of the conformance suite as views: those that a view can have, and the others. */
final class ViewCases implements Streams {
  /** Longer than from the first event to the end, so that no row is too old to be kept. */
  private static final Duration RETENTION = Duration.ofDays(36_500);

  private final ConformanceTable table = ConformanceTable.read();
  private final Pattern source =
      Pattern.compile(
          "\\b(FROM|TABLE)(\\s+)("
              + table.inputs().keySet().stream().collect(Collectors.joining("|"))
              + ")\\b");
  private final Map<String, CatalogStream> streams = new LinkedHashMap<>();
  private final List<Case> kept = new ArrayList<>();
  private final Map<Case, Problem> refused = new LinkedHashMap<>();

  /**
   * A case as a view.
   *
   * @param inputs that it reads, under names of their own
   */
  record Question(Case asked, String name, String sql, Set<ConformanceInput> inputs) {
    ViewDefinition definition() {
      return new ViewDefinition(name, sql, Late.COUNT, RETENTION, true);
    }
  }

  ViewCases() {
    table
        .inputs()
        .forEach(
            (name, input) ->
                streams.put(name, new CatalogStream(input.stream(), 1, 1, Instant.EPOCH)));
    ViewPlans plans = new ViewPlans(this, ViewSettings.DEFAULT);
    for (Case c : table.cases()) {
      try {
        plans.plan(new ViewDefinition("planned", c.sql(), Late.COUNT, RETENTION, true));
        kept.add(c);
      } catch (ProblemException e) {
        refused.put(c, e.problem());
      }
    }
  }

  Collection<ConformanceInput> inputs() {
    return table.inputs().values();
  }

  /** Those that are views, with rows or with a problem that only shows when events come. */
  List<Case> kept() {
    return kept;
  }

  /** Those that are none, and why. */
  Map<Case, Problem> refused() {
    return refused;
  }

  /**
   * @param partitions of the inputs that do not say which partition their events are in
   * @param as what tells the view from others of the case
   */
  Question question(Case c, int partitions, String as) {
    Set<ConformanceInput> inputs = new LinkedHashSet<>();
    Matcher sources = source.matcher(c.sql());
    String sql =
        sources.replaceAll(
            found -> {
              ConformanceInput input = of(table.inputs().get(found.group(3)), partitions);
              inputs.add(input);
              return found.group(1) + found.group(2) + input.stream().name();
            });
    return new Question(
        c, "case" + table.cases().indexOf(c) + "_of_" + partitions + as, sql, inputs);
  }

  private static ConformanceInput of(ConformanceInput input, int partitions) {
    int count = input.placed() ? input.stream().storage().partitions() : partitions;
    return input.as(input.stream().name() + "_of_" + count, count);
  }

  @Override
  public @Nullable CatalogStream find(String name) {
    return streams.get(name);
  }

  @Override
  public Collection<CatalogStream> all() {
    return streams.values();
  }

  @Override
  public void onChange(Consumer<String> listener) {}
}
