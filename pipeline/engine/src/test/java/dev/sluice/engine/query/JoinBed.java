package dev.sluice.engine.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogSettings;
import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.engine.conformance.LogWriter;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.log.kafka.KafkaEventLog;
import dev.sluice.engine.log.kafka.KafkaSettings;
import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.reference.ReferenceCopies;
import dev.sluice.engine.reference.ReferenceSettings;
import dev.sluice.engine.reference.TableRows;
import dev.sluice.engine.resume.TokenCodec;
import dev.sluice.engine.table.ViewRows;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.stream.StreamJson;
import dev.sluice.model.table.TableJson;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** Streams on a real broker, and reference tables in a real PostgreSQL. */
final class JoinBed implements AutoCloseable {
  static final String EVENTS =
      """
      {"fields": [{"name": "seq", "type": "LONG"},
                  {"name": "device", "type": "STRING", "nullable": true},
                  {"name": "code", "type": "LONG", "nullable": true},
                  {"name": "x", "type": "DOUBLE", "nullable": true},
                  {"name": "note", "type": "STRING", "nullable": true}],
       "partitions": 2}
      """;
  static final String DEVICES =
      """
      {"fields": [{"name": "device", "type": "STRING"},
                  {"name": "site", "type": "STRING", "nullable": true},
                  {"name": "floor", "type": "LONG", "nullable": true},
                  {"name": "limit_c", "type": "DOUBLE", "nullable": true},
                  {"name": "active", "type": "BOOLEAN", "nullable": true}],
       "key": "device"}
      """;

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final KafkaEventLog log = new KafkaEventLog(KafkaSettings.of(TestServers.kafka()));
  final Catalog catalog = Catalog.open(CatalogSettings.of(TestServers.postgres()), log);
  private final TableRows rows = new TableRows(CatalogSettings.of(TestServers.postgres()));
  final ReferenceCopies copies;
  private final LiveQueryEngine engine;

  JoinBed(ReferenceSettings settings) {
    copies =
        new ReferenceCopies(
            CatalogSettings.of(TestServers.postgres()), settings, Clock.systemUTC());
    engine =
        new LiveQueryEngine(
            catalog,
            log,
            ViewRows.NONE,
            copies,
            new TokenCodec(new byte[32]),
            QuerySettings.defaults(),
            Clock.systemUTC(),
            new Flow(new SimpleMeterRegistry()));
  }

  void stream(String name, String definition) {
    catalog.declare(StreamJson.parse(name, definition.getBytes(UTF_8))).block(LIMIT);
  }

  CatalogTable table(String name, String definition) {
    return Objects.requireNonNull(
            catalog.declareTable(TableJson.parse(name, definition.getBytes(UTF_8))).block(LIMIT))
        .table();
  }

  /** By the API. */
  void put(CatalogTable table, String json) {
    rows.put(table, json.getBytes(UTF_8), FrameFormat.JSON).block(LIMIT);
  }

  /** By the API. */
  void delete(CatalogTable table, String keys) {
    rows.delete(table, keys.getBytes(UTF_8)).block(LIMIT);
  }

  void send(String stream, String json) {
    log.append(LogWriter.records(Objects.requireNonNull(catalog.find(stream)), json, null))
        .block(LIMIT);
  }

  /** The whole answer to a question about the past. */
  Answer ask(String sql) {
    Answer answer = new Answer();
    open(sql, "earliest", "now").events(Format.NDJSON).doOnNext(answer::add).blockLast(LIMIT);
    return answer;
  }

  /** Asks, and goes on listening. */
  Disposable listen(String sql, Answer into) {
    return open(sql, null, null).events(Format.NDJSON).subscribe(into::add);
  }

  LiveQuery open(String sql, @Nullable String from, @Nullable String to) {
    return Objects.requireNonNull(
        engine.open(new QueryRequest(sql, from, to, null, null)).block(LIMIT));
  }

  @Override
  public void close() {
    engine.close();
    copies.close();
    rows.close();
    catalog.close();
    log.close();
  }
}
