package dev.sluice.views.merge;

import dev.sluice.engine.log.ColumnWriter;
import dev.sluice.engine.log.GroupText;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.Punctuation;
import dev.sluice.engine.query.WrittenGroups;
import dev.sluice.model.event.Column;
import dev.sluice.views.delta.Delta;
import dev.sluice.views.delta.Partial;
import dev.sluice.views.feed.Feed;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of a view's rows, in one partition.
 *
 * <p>A row's time of ingest is its own time, not the clock's: a view that is built again has the
 * same bytes.
 */
final class RowWriter {
  private final String topic;
  private final int partition;
  private final int partitions;
  private final ColumnWriter columns;
  private final @Nullable Feed feed;
  private final Consumer<LogRecord> sink;

  RowWriter(MergedView view, int partition, Consumer<LogRecord> sink) {
    this.topic = view.stream().definition().topic();
    this.partition = partition;
    this.partitions = view.stream().definition().storage().partitions();
    this.columns = new ColumnWriter(view.stream());
    this.feed = Feed.of(view.stream(), view.target());
    this.sink = sink;
  }

  /** Whether a group's deltas come to this partition. */
  boolean isHere(Delta delta) {
    return Partial.partition(delta.key(), partitions) == partition;
  }

  /** Writes rows of a window; their time is its last millisecond. */
  void ofWindow(Column[] keys, Column[] row, int rows, long end) {
    write(keys, row, rows, end - 1);
  }

  /** Writes rows of running totals that have changed by a time. */
  WrittenGroups.Sink ofTotals(long time) {
    return (keys, row, rows, end) -> write(keys, row, rows, time);
  }

  /** Takes back rows of running totals. */
  WrittenGroups.Sink takingBack(long time) {
    return (keys, row, rows, end) -> {
      for (int i = 0; i < rows; i++) {
        send(time, GroupText.of(keys, i), null);
      }
    };
  }

  /** Says that no row of an earlier time comes any more. */
  void punctuate(long watermark) {
    sink.accept(Punctuation.record(topic, partition, watermark));
  }

  private void write(Column[] keys, Column[] row, int rows, long time) {
    for (int i = 0; i < rows; i++) {
      send(time, GroupText.of(keys, i), columns.write(row, i, time));
      if (feed != null) {
        sink.accept(feed.event(row, i, time, time));
      }
    }
  }

  private void send(long time, byte[] key, byte @Nullable [] value) {
    sink.accept(new LogRecord(topic, partition, time, key, value, Map.of()));
  }
}
