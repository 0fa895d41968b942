package dev.sluice.engine.query;

import dev.sluice.engine.plan.PseudoColumn;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.StreamDefinition;
import java.util.Arrays;

/**
 * The columns of a batch that a plan reads: the fields, and what the log says if it asks for it.
 */
final class PseudoColumns {
  private final StreamDefinition stream;
  private final boolean used;

  PseudoColumns(QueryPlan plan) {
    stream = plan.stream();
    used = PseudoColumn.isIn(plan.reads(), stream);
  }

  Column[] of(EventBatch batch) {
    if (!used) {
      return batch.fields();
    }
    int fields = stream.fields().size();
    Column[] columns = Arrays.copyOf(batch.fields(), PseudoColumn.KEY.index(stream) + 1);
    if (batch.fields().length > fields) {
      columns[PseudoColumn.KEY.index(stream)] = batch.fields()[fields];
    }
    long[] partition = new long[batch.size()];
    Arrays.fill(partition, batch.partition());
    put(columns, PseudoColumn.PARTITION, partition);
    put(columns, PseudoColumn.OFFSET, batch.log().offset());
    put(columns, PseudoColumn.INGESTED, batch.log().ingested());
    return columns;
  }

  private void put(Column[] columns, PseudoColumn column, long[] values) {
    columns[column.index(stream)] = new LongColumn(column.type(), values, null);
  }
}
