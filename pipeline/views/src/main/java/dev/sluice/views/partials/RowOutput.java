package dev.sluice.views.partials;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.log.ColumnWriter;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.Punctuation;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.views.feed.Feed;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows of single events, for the view's own topic: each in its event's partition, at its time. */
final class RowOutput extends Output {
  private final String topic;
  private final ColumnWriter writer;
  private final @Nullable Feed feed;

  /**
   * @param result the stream of the view's rows
   * @param target the stream that they are events of too; null: none
   */
  RowOutput(DeadLetters deadLetters, CatalogStream result, @Nullable CatalogStream target) {
    super(deadLetters, false); // Nothing is late for a row of its own.
    topic = result.definition().topic();
    writer = new ColumnWriter(result);
    feed = Feed.of(result, target);
  }

  @Override
  public void group(byte[] key, long start, long end, byte[] state) {
    throw new IllegalStateException("a plan that groups nothing has no groups");
  }

  @Override
  public void events(Column[] columns, EventBatch batch, Rows events) {
    for (int i = 0; i < events.count(); i++) {
      int event = events.selected()[i];
      long ingested = batch.log().ingested()[event];
      long time = batch.log().eventTime()[event];
      byte[] value = writer.write(columns, i, ingested);
      add(new LogRecord(topic, batch.partition(), time, null, value, Map.of()));
      if (feed != null) {
        add(feed.event(columns, i, time, ingested));
      }
    }
  }

  @Override
  void watermarks(Map<Integer, Long> moved) {
    moved.forEach(
        (partition, watermark) -> {
          if (watermark >= 0) {
            add(Punctuation.record(topic, partition, watermark));
          }
        });
  }
}
