package dev.sluice.cli.send;

import dev.sluice.cli.file.Csv;
import dev.sluice.cli.file.Csv.CsvException;
import dev.sluice.cli.file.Times;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** The rows of a CSV file as events, their cells by the types of the stream's fields. */
final class CsvEvents implements EventSource {
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  private final Csv csv;
  private final List<CellType> types = new ArrayList<>();
  private final int time;

  /**
   * @throws CsvException if the file has a column that the stream does not take
   */
  CsvEvents(Csv csv, Target target) throws CsvException {
    this.csv = csv;
    for (String column : csv.header()) {
      CellType type = target.types().get(column);
      if (type == null && !target.ignoresUnknown()) {
        throw new CsvException(
            "has a column %s that is no field of the stream; its fields are %s"
                .formatted(column, String.join(", ", target.types().keySet())));
      }
      types.add(type == null ? CellType.STRING : type);
    }
    this.time = target.time() == null ? -1 : csv.header().indexOf(target.time());
  }

  @Override
  public @Nullable Batch next() throws CsvException {
    Batch batch = new Batch();
    while (!batch.isFull()) {
      @Nullable String[] cells = csv.next();
      if (cells == null) {
        return batch.size() == 0 ? null : batch;
      }
      write(cells, batch);
      batch.added(csv.line(), time(cells));
    }
    return batch;
  }

  private void write(@Nullable String[] cells, Batch batch) throws CsvException {
    List<String> names = csv.header();
    if (cells.length > names.size()) {
      throw new CsvException(
          "line %d has %d cells, the header has %d"
              .formatted(csv.line(), cells.length, names.size()));
    }
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), batch.next())) {
      json.writeStartObject();
      for (int i = 0; i < cells.length; i++) {
        json.writeName(names.get(i));
        String cell = cells[i];
        if (cell == null) {
          json.writeNull();
        } else if (!types.get(i).write(cell, json)) {
          json.writeString(cell);
        }
      }
      json.writeEndObject();
    }
  }

  private long time(@Nullable String[] cells) {
    String cell = time < 0 || time >= cells.length ? null : cells[time];
    return cell == null ? Times.NONE : Times.parse(cell);
  }
}
