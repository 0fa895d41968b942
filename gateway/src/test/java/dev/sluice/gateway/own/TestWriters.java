package dev.sluice.gateway.own;

import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.log.LogRecord;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Writers of Sluice's own streams, before any log. */
public final class TestWriters {
  private TestWriters() {}

  public static OwnWriter devices(
      int capacity,
      Streams streams,
      Function<List<LogRecord>, Mono<Void>> log,
      Clock clock,
      Scheduler thread,
      Flow flow) {
    return new OwnWriter(OwnStreams.DEVICES, capacity, streams, log, clock, thread, flow);
  }
}
