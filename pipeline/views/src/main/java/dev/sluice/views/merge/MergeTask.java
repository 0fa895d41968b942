package dev.sluice.views.merge;

import dev.sluice.engine.log.LogRecord;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.views.delta.Delta;
import dev.sluice.views.delta.Partial;
import dev.sluice.views.delta.Watermarks;
import dev.sluice.views.merge.MergeStatus.Merged;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All views in one partition. What fails is one view, and the others go on. */
final class MergeTask {
  private static final Logger LOG = LoggerFactory.getLogger(MergeTask.class);
  private static final int FORGOTTEN_AT_ONCE = 10_000;

  private final ProcessorContext<byte[], LogRecord> context;
  private final int partition;
  private final GroupStore groups;
  private final KeyValueStore<Long, byte[]> progress;
  private final KnownViews views;
  private final Failures failures;
  private final Map<Long, Merging> running = new HashMap<>();
  private final Set<Long> failed = new HashSet<>();
  private long revision = -1;

  MergeTask(
      ProcessorContext<byte[], LogRecord> context,
      GroupStore groups,
      KeyValueStore<Long, byte[]> progress,
      KnownViews views,
      Failures failures) {
    this.context = context;
    this.partition = context.taskId().partition();
    this.groups = groups;
    this.progress = progress;
    this.views = views;
    this.failures = failures;
    try (KeyValueIterator<Long, byte[]> all = progress.all()) {
      all.forEachRemaining(
          entry -> {
            Problem problem = Progress.read(entry.value).problem();
            if (problem != null) {
              failed.add(entry.key);
              failures.failed(entry.key, problem);
            }
          });
    }
  }

  /** Takes the next record of the partition. */
  void take(Record<byte[], byte[]> record) {
    Partial partial;
    try {
      partial = Partial.read(record.key(), record.value());
    } catch (IllegalArgumentException e) {
      undecodable(record.key(), e);
      return;
    }
    on(
        partial.generation(),
        view -> {
          if (partial instanceof Delta delta) {
            view.take(delta, record.timestamp());
          } else if (partial instanceof Watermarks told) {
            view.take(told, record.timestamp());
            progress.put(told.generation(), view.progress().write());
          }
        });
  }

  private void undecodable(byte @Nullable [] key, IllegalArgumentException e) {
    if (key == null || key.length <= Long.BYTES) {
      LOG.warn("a record between the stages is not ours, and is dropped: {}", e.getMessage());
      return;
    }
    on(
        ByteBuffer.wrap(key).getLong(1),
        view -> {
          throw Problem.of(ProblemCode.INTERNAL, "a delta cannot be read: " + e.getMessage())
              .toException(e);
        });
  }

  /** Does something for a view, if it is there and has not failed. */
  private void on(long generation, Consumer<Merging> work) {
    try {
      Merging view = find(generation);
      if (view != null) {
        work.accept(view);
      }
    } catch (KafkaException e) {
      // Not the view's fault: the transaction is aborted, and begins again.
      throw e;
    } catch (ProblemException e) {
      fail(generation, e.problem(), e);
    } catch (RuntimeException e) {
      fail(generation, Problem.of(ProblemCode.INTERNAL, "the view's merge failed: " + e), e);
    }
  }

  private @Nullable Merging find(long generation) {
    if (failed.contains(generation)) {
      return null;
    }
    stopWhatIsGone();
    Merging view = running.get(generation);
    if (view != null) {
      return view;
    }
    MergedView known = views.await(generation);
    if (known == null) {
      return null;
    }
    byte[] written = progress.get(generation);
    view =
        new Merging(
            known,
            groups,
            new RowWriter(known, partition, this::forward),
            written == null ? Progress.none() : Progress.read(written));
    running.put(generation, view);
    return view;
  }

  private void stopWhatIsGone() {
    long now = views.revision();
    if (revision != now) {
      revision = now;
      running.keySet().removeIf(views::isGone);
    }
  }

  /** It does not go on from here, whoever has the partition. */
  private void fail(long generation, Problem problem, RuntimeException cause) {
    LOG.warn("the view of generation {} fails in partition {}", generation, partition, cause);
    progress.put(generation, Progress.failed(problem).write());
    running.remove(generation);
    failed.add(generation);
    failures.failed(generation, problem);
  }

  private void forward(LogRecord record) {
    RecordHeaders headers = new RecordHeaders();
    record.headers().forEach(headers::add);
    context.forward(new Record<>(record.key(), record, record.timestamp(), headers));
  }

  /** Forgets, by and by, what is held of views that are gone or have failed. */
  void forgetSome() {
    for (long generation : groups.generations()) {
      if (failed.contains(generation) || views.isGone(generation)) {
        groups.forget(generation, FORGOTTEN_AT_ONCE);
      }
    }
    try (KeyValueIterator<Long, byte[]> all = progress.all()) {
      while (all.hasNext()) {
        KeyValue<Long, byte[]> next = all.next();
        if (views.isGone(next.key)) {
          progress.delete(next.key);
          running.remove(next.key);
          failed.remove(next.key);
        }
      }
    }
  }

  /** How far each view is. */
  Map<Long, Merged> status() {
    Map<Long, Merged> now = new HashMap<>();
    try (KeyValueIterator<Long, byte[]> all = progress.all()) {
      // Those too of which nothing has come since this process has the partition.
      all.forEachRemaining(
          entry -> {
            if (!failed.contains(entry.key)) {
              now.put(
                  entry.key,
                  new Merged(
                      partition,
                      Progress.read(entry.value).closed(),
                      groups.entries(entry.key),
                      groups.bytes(entry.key)));
            }
          });
    }
    return now;
  }
}
