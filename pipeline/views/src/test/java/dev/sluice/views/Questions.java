package dev.sluice.views;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogSettings;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.query.LiveQueryEngine;
import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.engine.query.QueryRequest;
import dev.sluice.engine.query.QuerySettings;
import dev.sluice.engine.reference.References;
import dev.sluice.engine.resume.TokenCodec;
import dev.sluice.engine.table.PostgresViewRows;
import dev.sluice.model.problem.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whoever asks for a view's rows of windows, from the earliest to now. */
final class Questions implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Flow flow = new Flow(new SimpleMeterRegistry());
  private final PostgresViewRows tables;
  private final LiveQueryEngine engine;

  Questions(Catalog catalog, EventLog log) {
    tables =
        new PostgresViewRows(
            CatalogSettings.of(TestServers.postgres()), 2, PostgresViewRows.tabled(catalog), flow);
    engine =
        new LiveQueryEngine(
            catalog,
            log,
            tables,
            References.NONE,
            new TokenCodec(new byte[32]),
            QuerySettings.defaults(),
            Clock.systemUTC(),
            flow);
  }

  /**
   * What was answered.
   *
   * @param rows as {@link ViewEvents#windows} has them
   * @param token of the end
   * @param error code of what ended it; null if nothing did
   */
  record Answer(List<String> rows, String token, @Nullable String error) {}

  /**
   * @throws ProblemException it is refused
   */
  Answer ask(String view, @Nullable String after) {
    return answer("SELECT window_start, window_end, k, n, s FROM " + view, after);
  }

  /** All that is there, by a query of its own. */
  Answer answer(String sql) {
    return answer(sql, null);
  }

  private Answer answer(String sql, @Nullable String after) {
    List<String> rows = new ArrayList<>();
    String token = "";
    String error = null;
    List<QueryEvent> events =
        Objects.requireNonNull(
                engine
                    .open(new QueryRequest(sql, "earliest", "now", null, null, after, null))
                    .block(LIMIT))
            .events(Format.NDJSON_IDS)
            .collectList()
            .block(LIMIT);
    for (QueryEvent event : Objects.requireNonNull(events)) {
      String text = new String(event.encoded(Format.NDJSON_IDS), StandardCharsets.UTF_8);
      for (String line : text.split("\n")) {
        JsonNode json = JSON.readTree(line);
        if (event.kind() == Kind.ROW) {
          rows.add(row(json.path("row")));
        } else if (event.kind() == Kind.ERROR) {
          error = json.path("error").path("code").asString();
        }
        token = json.path("id").asString(token);
      }
    }
    return new Answer(rows, token, error);
  }

  /** A question that goes on until it is closed. */
  final class Running implements AutoCloseable {
    private final List<String> rows = new CopyOnWriteArrayList<>();
    private final Disposable subscription;
    private volatile JsonNode watermark = JSON.createObjectNode();
    private volatile @Nullable String ended;

    Running(String sql) {
      subscription =
          Objects.requireNonNull(
                  engine
                      .open(new QueryRequest(sql, "earliest", null, null, null, null, null))
                      .block(LIMIT))
              .events(Format.NDJSON)
              .subscribe(this::take, failure -> ended = failure.toString(), () -> end("over"));
    }

    private void take(QueryEvent event) {
      for (String line :
          new String(event.encoded(Format.NDJSON), StandardCharsets.UTF_8).split("\n")) {
        JsonNode json = JSON.readTree(line);
        switch (event.kind()) {
          case ROW -> rows.add(row(json.path("row")));
          case WATERMARK -> watermark = json.path("watermark");
          case ERROR -> end(json.path("error").path("code").asString());
          default -> {}
        }
      }
    }

    private void end(String why) {
      if (ended == null) {
        ended = why;
      }
    }

    List<String> rows() {
      return List.copyOf(rows);
    }

    /** As of the last watermark. */
    long count(String fate) {
      return watermark.path(fate).asLong(-1);
    }

    /** Why it has ended; null: it has not. */
    @Nullable String ended() {
      return ended;
    }

    @Override
    public void close() {
      subscription.dispose();
    }
  }

  Running run(String sql) {
    return new Running(sql);
  }

  private static String row(JsonNode row) {
    return "%d %d %s %d %d"
        .formatted(
            Instant.parse(row.path("window_start").asString()).toEpochMilli(),
            Instant.parse(row.path("window_end").asString()).toEpochMilli(),
            row.path("k").asString(),
            row.path("n").asLong(),
            row.path("s").asLong());
  }

  @Override
  public void close() {
    engine.close();
    tables.close();
  }
}
