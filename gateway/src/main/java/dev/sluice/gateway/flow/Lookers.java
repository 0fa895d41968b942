package dev.sluice.gateway.flow;

import dev.sluice.engine.flow.Buffer;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Stage;
import dev.sluice.engine.query.RunningQueries;
import dev.sluice.gateway.http.Stopping;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Who looks, and what all of them are shown: one document a second, made while somebody looks. What
 * they are shown ends when the gateway stops.
 */
@Component
class Lookers implements AutoCloseable {
  private static final Duration FIRST = Duration.ofMillis(250);
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final int most;
  private final AtomicInteger looking = new AtomicInteger();
  private final LongAdder refused = new LongAdder();
  private final Scheduler thread = Schedulers.newSingle("sluice-flow", true);
  private final Flux<String> documents;
  private final Stopping stopping;

  Lookers(
      Flow flow,
      RunningQueries queries,
      Clock clock,
      FlowProperties properties,
      Stopping stopping) {
    this.stopping = stopping;
    most = properties.maxLookers();
    flow.add(
        new Buffer(
                Label.of(Stage.DOORS_OUT, "lookers"),
                new Buffer.Room("connections", looking::get, most),
                "refused with SUBSCRIBER_LIMIT")
            .dropping("connections", refused::sum));
    documents =
        Flux.defer(() -> documents(new FlowDocument(flow, queries, clock), thread))
            .subscribeOn(thread)
            .replay(1)
            .refCount(1);
  }

  private static Flux<String> documents(FlowDocument document, Scheduler thread) {
    return Flux.interval(FIRST, EVERY, thread).onBackpressureDrop().map(tick -> document.next());
  }

  /**
   * The documents from now on, of which the newest waits for who is slow; fails with
   * SUBSCRIBER_LIMIT.
   */
  Flux<String> look() {
    return Flux.defer(
        () -> {
          if (looking.incrementAndGet() > most) {
            looking.decrementAndGet();
            refused.increment();
            return Flux.error(
                Problem.of(
                        ProblemCode.SUBSCRIBER_LIMIT,
                        "already "
                            + most
                            + " look at the flow: look later, or raise sluice.flow.max-lookers")
                    .toException());
          }
          return documents
              .onBackpressureLatest()
              .takeUntilOther(stopping.asMono())
              .doFinally(end -> looking.decrementAndGet());
        });
  }

  /** Who looks now. */
  int looking() {
    return looking.get();
  }

  @Override
  public void close() {
    thread.dispose();
  }
}
