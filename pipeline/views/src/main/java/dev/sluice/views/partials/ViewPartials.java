package dev.sluice.views.partials;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.query.Partials;
import dev.sluice.engine.reference.TableCopy;
import dev.sluice.model.view.ViewDefinition.Late;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * The first stage of one view in this process.
 *
 * @param group that shares out the source's partitions
 * @param generation of the view
 * @param source the stream that it reads
 * @param result the stream of its rows
 * @param target the stream that rows of single events are events of too; null: none
 * @param late what becomes of events that its windows no longer take
 */
public record ViewPartials(
    String group,
    long generation,
    QueryPlan plan,
    CatalogStream source,
    CatalogStream result,
    @Nullable CatalogStream target,
    Late late) {

  /**
   * Runs on the thread that subscribes, until it is cancelled or fails with what the log or the
   * plan fails with; started again it goes on from what is committed.
   *
   * @return how far it is, after each poll
   */
  public Flux<Reading> run(
      EventLog log, PartialsTopic topic, PartialsSettings settings, Clock clock) {
    return run(log, List.of(), topic, settings, clock);
  }

  /**
   * The same of a plan with joins.
   *
   * @param tables that it joins, in its order
   */
  public Flux<Reading> run(
      EventLog log,
      List<TableCopy> tables,
      PartialsTopic topic,
      PartialsSettings settings,
      Clock clock) {
    return Flux.generate(
        () ->
            new Loop(
                log.joinGroup(source, group),
                new Partials(plan, tables),
                output(topic, clock),
                settings),
        (loop, sink) -> {
          sink.next(loop.step());
          return loop;
        },
        Loop::close);
  }

  private Output output(PartialsTopic topic, Clock clock) {
    DeadLetters deadLetters =
        new DeadLetters(result.definition().deadLetterTopic(), source.definition().topic(), clock);
    return plan.grouping() == null
        ? new RowOutput(deadLetters, result, target)
        : new DeltaOutput(
            deadLetters,
            late == Late.DEAD_LETTER,
            generation,
            source.definition().storage().partitions(),
            topic,
            clock);
  }
}
