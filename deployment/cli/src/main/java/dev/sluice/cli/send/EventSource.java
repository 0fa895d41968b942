package dev.sluice.cli.send;

import dev.sluice.cli.file.Csv.CsvException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file as batches of events, read as they are asked for. */
interface EventSource {
  /**
   * The next batch.
   *
   * @return null at the end
   */
  @Nullable Batch next() throws IOException, CsvException;
}
