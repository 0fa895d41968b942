package dev.sluice.engine.conformance;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.Punctuation;
import dev.sluice.model.json.DecodedFrame;
import dev.sluice.model.json.FrameBounds;
import dev.sluice.model.json.FrameDecoder;
import dev.sluice.model.json.FrameFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a stream's events into a log, as the gateway does; waits for each. */
public record LogWriter(EventLog log, CatalogStream stream) implements ConformanceInput.Log {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /**
   * JSON events as records of a stream; every one of them must be let in.
   *
   * @param partition null: by their keys
   */
  public static List<LogRecord> records(
      CatalogStream stream, String json, @Nullable Integer partition) {
    FrameDecoder decoder =
        new FrameDecoder(stream.definition(), stream.schemaId(), FrameBounds.DEFAULT);
    DecodedFrame<LogRecord> frame =
        decoder.decode(
            json.getBytes(StandardCharsets.UTF_8),
            FrameFormat.JSON,
            System.currentTimeMillis(),
            (time, key, value) ->
                new LogRecord(stream.definition().topic(), partition, time, key, value, Map.of()));
    if (!frame.rejected().isEmpty() || frame.problem() != null) {
      throw new IllegalArgumentException(frame.toString());
    }
    return frame.events();
  }

  /** A record that is no event of the stream's. */
  public static LogRecord junk(String topic, int partition) {
    return new LogRecord(topic, partition, 0, null, new byte[] {1, 2}, Map.of());
  }

  @Override
  public void send(int partition, String json) {
    log.append(records(stream, json, partition)).block(LIMIT);
  }

  @Override
  public void punctuate(int partition, Instant watermark) {
    String topic = stream.definition().topic();
    log.append(List.of(Punctuation.record(topic, partition, watermark.toEpochMilli())))
        .block(LIMIT);
  }

  @Override
  public void junk(int partition) {
    log.append(List.of(junk(stream.definition().topic(), partition))).block(LIMIT);
  }
}
