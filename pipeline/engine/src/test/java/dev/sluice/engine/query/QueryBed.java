package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.conformance.LogWriter;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.log.Punctuation;
import dev.sluice.engine.log.kafka.KafkaEventLog;
import dev.sluice.engine.log.kafka.KafkaSettings;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.engine.reference.References;
import dev.sluice.engine.resume.TokenCodec;
import dev.sluice.engine.silence.Heard;
import dev.sluice.engine.silence.Punctuator;
import dev.sluice.engine.table.ViewRows;
import dev.sluice.model.stream.StreamDefinition;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real broker, the log and the query engine on it, and streams in a map. */
final class QueryBed implements Streams, AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int OPEN_AT_ONCE = 32;
  private static final int MANY_READERS = 16;
  private static final JsonMapper JSON = JsonMapper.shared();

  final KafkaEventLog log = new KafkaEventLog(KafkaSettings.of(TestServers.kafka()));
  final LiveQueryEngine engine;
  private final QuerySettings settings;
  private final Clock clock;
  final Punctuator punctuator;
  private final Map<String, CatalogStream> streams = new ConcurrentHashMap<>();
  private final List<Consumer<String>> listeners = new ArrayList<>();

  QueryBed(QuerySettings settings) {
    this(settings, Clock.systemUTC());
  }

  QueryBed(QuerySettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    engine = anotherEngine();
    punctuator = new Punctuator(log, () -> Heard.of(engine.tails()), clock);
  }

  /** For many questions about the past at once: a reader waits for the broker most of its time. */
  static QuerySettings withManyReaders() {
    QuerySettings settings = QuerySettings.defaults();
    return new QuerySettings(
        settings.threads(),
        MANY_READERS,
        settings.tailCapacity(),
        settings.dedupeCapacity(),
        settings.subscriberCapacity(),
        settings.crowd(),
        settings.state());
  }

  /** As on another gateway: the same log, the same catalog. */
  LiveQueryEngine anotherEngine() {
    return anotherEngine(ViewRows.NONE);
  }

  LiveQueryEngine anotherEngine(ViewRows viewRows) {
    return new LiveQueryEngine(
        this,
        log,
        viewRows,
        References.NONE,
        new TokenCodec(new byte[32]),
        settings,
        clock,
        new Flow(new SimpleMeterRegistry()));
  }

  /** Deletes the records of a partition before an offset, as retention does. */
  void cut(String name, int partition, long offset) {
    String topic = streams.get(name).definition().topic();
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafka()))) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)))
          .all()
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    }
  }

  CatalogStream declare(StreamDefinition definition) {
    log.createTopics(definition).block(LIMIT);
    CatalogStream stream = new CatalogStream(definition, streams.size() + 1, 1, Instant.EPOCH);
    streams.put(definition.name(), stream);
    return stream;
  }

  void change(CatalogStream stream) {
    streams.put(stream.definition().name(), stream);
    listeners.forEach(listener -> listener.accept(stream.definition().name()));
  }

  /** Deletes a stream; its topics stay. */
  void remove(String name) {
    streams.remove(name);
    listeners.forEach(listener -> listener.accept(name));
  }

  /** Appends JSON events; every one of them must be let in. */
  void send(String name, String json) {
    send(name, json, null);
  }

  /** Appends JSON events to one partition. */
  void send(String name, String json, @Nullable Integer partition) {
    CatalogStream stream = streams.get(name);
    log.append(LogWriter.records(stream, json, partition)).block(LIMIT);
  }

  void punctuate(String name, int partition, Instant watermark) {
    String topic = streams.get(name).definition().topic();
    log.append(List.of(Punctuation.record(topic, partition, watermark.toEpochMilli())))
        .block(LIMIT);
  }

  LiveQuery open(String sql, @Nullable String from, @Nullable String to) {
    return open(new QueryRequest(sql, from, to, null, null));
  }

  LiveQuery open(QueryRequest request) {
    return engine.open(request).block(LIMIT);
  }

  /** The whole answer to a question about the past. */
  Answer ask(String sql) {
    return ask(sql, "earliest", "now");
  }

  Answer ask(String sql, String from, String to) {
    Answer answer = new Answer();
    open(sql, from, to).events(Format.NDJSON).doOnNext(answer::add).blockLast(LIMIT);
    return answer;
  }

  /** Where each event of an answer says to go on, as an EventSource reads it. */
  static Flux<String> tokens(LiveQuery query) {
    return query
        .events(Format.SSE)
        .map(event -> new String(event.encoded(Format.SSE), StandardCharsets.UTF_8))
        .concatMapIterable(events -> List.of(events.split("\n\n")))
        .map(QueryBed::token);
  }

  private static String token(String event) {
    assertThat(event).startsWith("id: ");
    return event.substring("id: ".length(), event.indexOf('\n'));
  }

  @Override
  public @Nullable CatalogStream find(String name) {
    return streams.get(name);
  }

  @Override
  public Collection<CatalogStream> all() {
    return streams.values();
  }

  @Override
  public void onChange(Consumer<String> listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    punctuator.close();
    engine.close();
    log.close();
  }

  /**
   * Opens many queries, some at a time: who asks about the past waits for a reader, and what it has
   * to wait for the others need not wait for again.
   */
  static <T, R> Map<T, R> openAll(Collection<T> questions, Function<T, R> open) {
    Map<T, R> opened = new LinkedHashMap<>();
    Flux.fromIterable(questions)
        .flatMapSequential(
            question ->
                Mono.fromCallable(() -> Map.entry(question, open.apply(question)))
                    .subscribeOn(Schedulers.boundedElastic()),
            OPEN_AT_ONCE)
        .doOnNext(entry -> opened.put(entry.getKey(), entry.getValue()))
        .blockLast();
    return opened;
  }

  /** The lines of an event, with their ids. */
  static List<JsonNode> lines(QueryEvent event) {
    return new String(event.encoded(Format.NDJSON_IDS), StandardCharsets.UTF_8)
        .lines()
        .map(JSON::readTree)
        .toList();
  }

  /** What a subscriber was told; rows as JSON text. */
  static final class Answer {
    final List<String> rows = new ArrayList<>();
    final List<String> updates = new ArrayList<>();

    /** Rows and updates, in the order in which they came. */
    final List<String> told = new ArrayList<>();

    final List<Kind> kinds = new ArrayList<>();
    JsonNode end = JSON.nullNode();
    JsonNode error = JSON.nullNode();
    JsonNode watermark = JSON.nullNode();
    long gap;

    synchronized void add(QueryEvent event) {
      kinds.add(event.kind());
      for (String line :
          new String(event.encoded(Format.NDJSON), StandardCharsets.UTF_8).split("\n")) {
        JsonNode data = JSON.readTree(line).iterator().next();
        if (event.kind() == Kind.ROW || event.kind() == Kind.UPDATE) {
          told.add(data.toString());
        }
        switch (event.kind()) {
          case ROW -> rows.add(data.toString());
          case UPDATE -> updates.add(data.toString());
          case GAP -> gap += data.get("rows").asLong();
          case END -> end = data;
          case ERROR -> error = data;
          case WATERMARK -> watermark = data;
        }
      }
    }

    synchronized int count() {
      return rows.size();
    }

    long accounted(String what) {
      return end.get("accounting").get(what).asLong();
    }
  }
}
