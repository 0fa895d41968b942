package dev.sluice.engine.query;

import dev.sluice.engine.expression.Conditions;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.plan.PseudoColumn;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.query.Range.Start;
import dev.sluice.engine.resume.Offsets;
import dev.sluice.engine.table.ViewRows;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Which questions a view's table answers, as far as it goes: those of rows as they are that begin
 * in the past. Its rows come with their places in the log, which has the rest.
 */
final class TableQuestions {
  private final ViewRows rows;
  private final EventLog eventLog;

  TableQuestions(ViewRows rows, EventLog eventLog) {
    this.rows = rows;
    this.eventLog = eventLog;
  }

  boolean takes(Prepared query) {
    QueryPlan plan = query.plan();
    Range range = query.range();
    boolean begins =
        range.start() == Start.TIME
            || range.start() == Start.EARLIEST
            || range.start() == Start.CUT;
    return begins
        && plan.grouping() == null
        && plan.inner() == null
        && plan.expansion() == null
        && plan.joins().isEmpty()
        && query.manner().replay() == null
        && !PseudoColumn.isAnyIn(
            plan.filter() + " " + plan.output(), PseudoColumn.INGESTED.index(plan.stream()))
        && rows.has(query.stream());
  }

  /**
   * The question, if its table can begin it: where that ends at the present with the log's ends, of
   * what comes after which it has nothing. Nothing if the log has to.
   */
  Mono<Prepared> placed(Prepared query) {
    if (!takes(query)) {
      return Mono.empty();
    }
    if (!query.range().endsAtPresent()) {
      return rows.reaches(wanted(query)).filter(all -> all).map(all -> query);
    }
    return query.range().ends() != null
        ? Mono.just(query)
        : eventLog.ends(query.stream().definition()).map(ends -> query.at(ends, null));
  }

  /** What is read of a table for a question; null if the log alone has it. */
  @Nullable TableStart read(Prepared query) {
    Range range = query.range();
    boolean endsUnknown = range.endsAtPresent() && range.ends() == null;
    if (endsUnknown || query.found() != null || !takes(query)) {
      return null;
    }
    ViewRows.Wanted wanted = wanted(query);
    Offsets cut = range.cut();
    Offsets at =
        cut == null ? new Offsets(wanted.offsets(), beforeAll(wanted.offsets().length)) : cut;
    return new TableStart(rows, wanted, range, at);
  }

  private static ViewRows.Wanted wanted(Prepared query) {
    Range range = query.range();
    Offsets cut = range.cut();
    int partitions = query.stream().definition().storage().partitions();
    return new ViewRows.Wanted(
        query.stream(),
        Conditions.of(query.plan().filter()),
        range.from(),
        range.to(),
        cut == null ? new long[partitions] : cut.offsets(),
        range.start() == Start.EARLIEST);
  }

  private static long[] beforeAll(int partitions) {
    long[] watermarks = new long[partitions];
    Arrays.fill(watermarks, Long.MIN_VALUE);
    return watermarks;
  }
}
