package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.query.QueryEvent.Format;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client that remembers where it was. */
class ResumingReader {
  final String sql;
  private final @Nullable String from;
  private final @Nullable String to;
  final List<String> rows = new ArrayList<>();
  @Nullable String after;
  boolean ended;
  JsonNode error = JsonMapper.shared().missingNode();

  ResumingReader(String sql, @Nullable String from, @Nullable String to) {
    this.sql = sql;
    this.from = from;
    this.to = to;
  }

  LiveQuery open(LiveQueryEngine engine) {
    return Objects.requireNonNull(engine.open(with(sql, to)).block(QueryBed.LIMIT));
  }

  QueryRequest with(String question, @Nullable String end) {
    return new QueryRequest(question, from, end, null, null, after, null);
  }

  /** Reads so many rows, or to the end. */
  void read(LiveQueryEngine engine, int count) {
    read(engine, count, QueryBed.LIMIT);
  }

  /** Reads so many rows, or what comes soon. */
  void readWithin(LiveQueryEngine engine, int count) {
    read(engine, count, Duration.ofMillis(150));
  }

  /** Reads until it has so many rows, each time from one of some engines. */
  void readUntil(int count, Supplier<LiveQueryEngine> engines) {
    while (rows.size() < count) {
      readWithin(engines.get(), count);
    }
  }

  private void read(LiveQueryEngine engine, int count, Duration patience) {
    BlockingQueue<JsonNode> lines = new LinkedBlockingQueue<>();
    int before = rows.size();
    Disposable stream =
        open(engine)
            .events(Format.NDJSON_IDS)
            .subscribe(event -> lines.addAll(QueryBed.lines(event)));
    while (!ended && error.isMissingNode() && rows.size() - before < count) {
      JsonNode line = next(lines, patience);
      if (line == null) {
        assertThat(patience).as("it goes on").isNotEqualTo(QueryBed.LIMIT);
        break;
      }
      line(line);
    }
    stream.dispose();
  }

  @Nullable JsonNode next(BlockingQueue<JsonNode> lines) {
    return next(lines, QueryBed.LIMIT);
  }

  private @Nullable JsonNode next(BlockingQueue<JsonNode> lines, Duration patience) {
    try {
      return lines.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  void line(JsonNode line) {
    if (line.has("id")) {
      after = line.get("id").asString();
    }
    if (line.has("row")) {
      rows.add(line.get("row").toString());
    }
    ended = line.has("end");
    error = line.path("error");
  }
}
