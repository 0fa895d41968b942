package dev.sluice.engine.query;

import dev.sluice.engine.query.RunningQuery.Held;
import dev.sluice.engine.query.RunningQuery.Reader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Makes what is to be seen of a computation out of what it last said. */
final class Status {
  /** A computation that has news says so within a second: who has not for longer stands still. */
  private static final long FRESH_MS = 2_000;

  private Status() {}

  /**
   * @param lag of positions and watermarks, against the stream's end as it is now
   */
  static RunningQuery.Running of(
      Instant started,
      long nowMs,
      @Nullable Progress progress,
      BiFunction<long[], long[], Lag> lag,
      List<Reader> readers) {
    if (progress == null) {
      return new RunningQuery.Running(
          started,
          new Lag(Lag.State.CATCHING_UP, null, null),
          null,
          Map.of(),
          new Held(0, 0, 0, 0, 0),
          readers);
    }
    // While it runs, its positions of a second ago against the end of now would be no lag.
    Lag now = lag.apply(progress.positions(), progress.watermarks());
    Lag said = progress.lag();
    boolean stands = nowMs - progress.at() > FRESH_MS;
    long watermark = progress.watermark();
    return new RunningQuery.Running(
        started,
        stands ? now : new Lag(now.state(), said.events(), said.millis()),
        watermark == Long.MIN_VALUE || watermark == Long.MAX_VALUE
            ? null
            : Instant.ofEpochMilli(watermark),
        progress.accounting(),
        new Held(
            progress.done().rows().total(),
            progress.done().rows().rate(nowMs),
            progress.done().events().rate(nowMs),
            progress.state().groups(),
            progress.state().bytes()),
        readers);
  }
}
