package dev.sluice.views.merge;

import dev.sluice.engine.log.LogRecord;
import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** All views in one partition, for as long as this process has it. */
final class MergeProcessor implements Processor<byte[], byte[], byte[], LogRecord> {
  static final String GROUPS = "groups";
  static final String PROGRESS = "progress";

  private static final Duration CLEAN_UP = Duration.ofSeconds(1);

  private final KnownViews views;
  private final MergeSettings.State bounds;
  private final Failures failures;
  private final MergeStatus status;
  private @Nullable MergeTask task;
  private @Nullable Cancellable every;
  private int partition;

  MergeProcessor(
      KnownViews views, MergeSettings.State bounds, Failures failures, MergeStatus status) {
    this.views = views;
    this.bounds = bounds;
    this.failures = failures;
    this.status = status;
  }

  /** Begins with what the stores have: again, too, after a transaction that was aborted. */
  @Override
  public void init(ProcessorContext<byte[], LogRecord> context) {
    task =
        new MergeTask(
            context,
            new GroupStore(context.getStateStore(GROUPS), bounds),
            context.getStateStore(PROGRESS),
            views,
            failures);
    partition = context.taskId().partition();
    every = context.schedule(CLEAN_UP, PunctuationType.WALL_CLOCK_TIME, now -> everySecond());
  }

  private void everySecond() {
    MergeTask current = Objects.requireNonNull(task);
    current.forgetSome();
    status.show(partition, current.status());
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    Objects.requireNonNull(task).take(record);
  }

  @Override
  public void close() {
    Cancellable running = every;
    if (running != null) {
      running.cancel();
    }
    task = null;
    status.forget(partition);
  }
}
