package dev.sluice.views.partials;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.log.ColumnWriter;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.Punctuation;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import java.util.Map;

/** Rows of single events, for the view's own topic: each in its event's partition, at its time. */
final class RowOutput extends Output {
  private final String topic;
  private final ColumnWriter writer;

  /**
   * @param result the stream of the view's rows
   */
  RowOutput(DeadLetters deadLetters, CatalogStream result) {
    super(deadLetters, false); // Nothing is late for a row of its own.
    topic = result.definition().topic();
    writer = new ColumnWriter(result);
  }

  @Override
  public void group(byte[] key, long start, long end, byte[] state) {
    throw new IllegalStateException("a plan that groups nothing has no groups");
  }

  @Override
  public void events(Column[] columns, EventBatch batch, Rows events) {
    for (int i = 0; i < events.count(); i++) {
      int event = events.selected()[i];
      byte[] value = writer.write(columns, i, batch.log().ingested()[event]);
      long time = batch.log().eventTime()[event];
      add(new LogRecord(topic, batch.partition(), time, null, value, Map.of()));
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
