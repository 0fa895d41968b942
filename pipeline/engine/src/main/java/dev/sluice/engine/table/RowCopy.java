package dev.sluice.engine.table;

import dev.sluice.engine.log.ColumnWriter;
import dev.sluice.engine.log.GroupText;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.StreamDefinition;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Makes rows of a view's table be records of another topic of the view, byte by byte as the merge
 * writes them, in the partition and the order that they had. One thread at a time.
 */
public final class RowCopy {
  private final StreamDefinition to;
  private final List<Integer> group;
  private final ColumnWriter values;
  private final RowBatches batches;

  /**
   * @param to what the records are of; its fields are the table's
   * @param schema its id
   * @param group columns of what is grouped by
   */
  public RowCopy(StreamDefinition to, int schema, List<Integer> group) {
    this.to = to;
    this.group = List.copyOf(group);
    this.values = new ColumnWriter(to, schema);
    this.batches = new RowBatches(to.fields(), new long[to.storage().partitions()]);
  }

  /**
   * The question for the rows whose windows start before {@code $1}.
   *
   * @param start column of windows' starts
   */
  public String sql(int start) {
    List<Field> fields = to.fields();
    return "SELECT _partition::bigint, _offset, _time, _watermark"
        + fields.stream()
            .map(field -> ", " + Identifiers.column(field.name()))
            .collect(Collectors.joining())
        + " FROM "
        + Identifiers.table(to.name())
        + " WHERE "
        + Identifiers.column(fields.get(start).name())
        + " < $1 ORDER BY _partition, _offset";
  }

  /**
   * The records of what a statement answers, some at a time.
   *
   * @param statement of {@link #sql}
   * @param run runs it
   */
  public Flux<List<LogRecord>> records(Statement statement, Run run) {
    return run.rows(statement.fetchSize(RowBatches.MAX_ROWS), batches::read)
        .<EventBatch>handle(
            (row, sink) -> {
              EventBatch full = batches.add(row);
              if (full != null) {
                sink.next(full);
              }
            })
        .concatWith(Mono.fromSupplier(batches::batch))
        .map(this::records);
  }

  /** Runs statements. */
  public interface Run {
    Flux<@Nullable Object[]> rows(
        Statement statement, Function<Readable, @Nullable Object[]> mapping);
  }

  private List<LogRecord> records(EventBatch batch) {
    Column[] keys = group.stream().map(column -> batch.fields()[column]).toArray(Column[]::new);
    String topic = to.topic();
    List<LogRecord> records = new ArrayList<>(batch.size());
    for (int row = 0; row < batch.size(); row++) {
      long time = batch.log().eventTime()[row];
      records.add(
          new LogRecord(
              topic,
              batch.partition(),
              time,
              GroupText.of(keys, row),
              values.write(batch.fields(), row, time),
              Map.of()));
    }
    return records;
  }
}
