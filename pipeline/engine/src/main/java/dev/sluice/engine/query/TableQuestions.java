package dev.sluice.engine.query;

import dev.sluice.engine.expression.Conditions;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.plan.PseudoColumn;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.query.Range.Start;
import dev.sluice.engine.resume.Offsets;
import dev.sluice.engine.table.ViewRows;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Which questions a view's table answers, as far as it goes: those of rows as they are, up to the
 * present. Its rows come with their places in the log, which has the rest.
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
    return range.endsAtPresent()
        && begins
        && plan.grouping() == null
        && plan.inner() == null
        && plan.expansion() == null
        && plan.joins().isEmpty()
        && query.manner().replay() == null
        && !PseudoColumn.isAnyIn(
            plan.filter() + " " + plan.output(), PseudoColumn.INGESTED.index(plan.stream()))
        && rows.has(query.stream());
  }

  /** The question with the log's present ends: of what comes after them it has nothing. */
  Mono<Prepared> ending(Prepared query) {
    return query.range().ends() != null
        ? Mono.just(query)
        : eventLog.ends(query.stream().definition()).map(ends -> query.at(ends, null));
  }

  /** What is read of a table for a question; null if the log alone has it. */
  @Nullable TableStart read(Prepared query) {
    List<Long> ends = query.range().ends();
    if (ends == null || query.found() != null || !takes(query)) {
      return null;
    }
    Offsets cut = query.range().cut();
    Range range = query.range();
    long[] from = cut == null ? new long[ends.size()] : cut.offsets();
    ViewRows.Wanted wanted =
        new ViewRows.Wanted(
            query.stream(), Conditions.of(query.plan().filter()), range.from(), range.to(), from);
    Offsets at = cut == null ? new Offsets(from, beforeAll(from.length)) : cut;
    return new TableStart(rows.read(wanted), range.from(), at, ends, cut != null);
  }

  private static long[] beforeAll(int partitions) {
    long[] watermarks = new long[partitions];
    Arrays.fill(watermarks, Long.MIN_VALUE);
    return watermarks;
  }
}
