package dev.sluice.views;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogSettings;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.DeclaredView;
import dev.sluice.engine.catalog.ViewState;
import dev.sluice.engine.conformance.LogWriter;
import dev.sluice.engine.log.LogReader;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.engine.log.Punctuation;
import dev.sluice.engine.log.kafka.KafkaEventLog;
import dev.sluice.engine.log.kafka.KafkaSettings;
import dev.sluice.engine.view.ViewCatalog;
import dev.sluice.engine.view.ViewSettings;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.table.TableDefinition;
import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.ViewDefinition.Late;
import dev.sluice.model.view.WebhookReach;
import dev.sluice.views.ViewEvents.Event;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** A catalog and a log on real servers, and the pipelines beside them. */
final class ViewBed implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final WebhookReach LOOPBACK = new WebhookReach(List.of("127.0.0.1"));
  private static final int AT_ONCE = 4;
  private static final int AGAIN = 10;

  private final KafkaEventLog log = new KafkaEventLog(KafkaSettings.of(TestServers.kafka()));
  private final Catalog catalog = Catalog.open(CatalogSettings.of(TestServers.postgres()), log);
  private final ViewCatalog views = new ViewCatalog(catalog, log, ViewSettings.DEFAULT, LOOPBACK);

  Pipeline pipeline() {
    return Pipeline.start(
        PipelineSettings.of(
                PipelineSettings.Servers.of(TestServers.kafka(), TestServers.postgres()))
            .reaching(LOOPBACK));
  }

  /** How the pipelines say that a view is; null if none says anything. */
  @Nullable ViewState state(CatalogView view) {
    return Objects.requireNonNull(catalog.viewStates().all().block(LIMIT)).get(view.generation());
  }

  void declare(List<StreamDefinition> streams) {
    Flux.fromIterable(streams)
        .flatMap(stream -> again(catalog.declare(stream)), AT_ONCE)
        .blockLast(LIMIT);
  }

  /** A stream of events {@code (k, v, ts)}. */
  void declare(String name, int partitions) {
    declare(
        List.of(
            new StreamDefinition(
                name,
                List.of(
                    new Field("k", FieldType.STRING, false),
                    new Field("v", FieldType.LONG, false),
                    new Field("ts", FieldType.TIMESTAMP, false)),
                new Identity(null, null, Duration.ZERO),
                new EventTime(
                    "ts",
                    true,
                    Duration.ofMillis(ViewEvents.LATENESS),
                    Duration.ZERO,
                    Duration.ofSeconds(1),
                    null,
                    null),
                new Storage(partitions, Duration.ofDays(1)),
                StreamDefinition.UnknownFields.REJECT)));
  }

  /** A reference table {@code (device, site)} by device. */
  void reference(String name) {
    catalog
        .declareTable(
            new TableDefinition(
                name,
                List.of(
                    new Field("device", FieldType.STRING, false),
                    new Field("site", FieldType.STRING, false)),
                List.of("device")))
        .block(LIMIT);
  }

  Mono<Boolean> deleteTable(String name) {
    return catalog.deleteTable(name);
  }

  /** Makes a stream have other fields. */
  CatalogStream evolve(String name, List<Field> fields) {
    return Objects.requireNonNull(
        catalog.declare(stream(name).definition().withFields(fields)).block(LIMIT))
        .stream();
  }

  void delete(String view) {
    catalog.deleteView(view).block(LIMIT);
  }

  /** Does something in PostgreSQL. */
  void execute(String sql) {
    try (Connection connection = connect()) {
      connection.createStatement().execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  void define(String view, String sql, boolean table) {
    define(List.of(new ViewDefinition(view, sql, Late.COUNT, Duration.ofDays(1), table)));
  }

  /** Defines views, some at a time. */
  List<CatalogView> define(List<ViewDefinition> definitions) {
    return Flux.fromIterable(definitions)
        .flatMapSequential(view -> again(views.declare(view)), AT_ONCE)
        .map(DeclaredView::view)
        .collectList()
        .block(LIMIT);
  }

  /** Begins to build a view again. */
  CatalogView rebuild(String view) {
    return rebuild(view, false);
  }

  /** Begins to build a view again, and to keep what the log has no more of. */
  CatalogView rebuild(String view, boolean keep) {
    return Objects.requireNonNull(views.rebuild(view, keep).block(LIMIT)).view();
  }

  /** Whoever asks for rows beside the pipelines. */
  Questions questions() {
    return new Questions(catalog, log);
  }

  void cancelBuild(String view) {
    catalog.cancelBuild(view).block(LIMIT);
  }

  CatalogView view(String name) {
    return Objects.requireNonNull(catalog.findView(name), name);
  }

  CatalogView building(String view) {
    return Objects.requireNonNull(catalog.findBuild(view), view);
  }

  boolean isBuilding(String view) {
    return catalog.findBuild(view) != null;
  }

  /** Deletes what is before an offset in each partition of a stream. */
  void cutLog(String name, long before) {
    StreamDefinition stream = stream(name).definition();
    Map<TopicPartition, RecordsToDelete> cut = new HashMap<>();
    for (int p = 0; p < stream.storage().partitions(); p++) {
      cut.put(new TopicPartition(stream.topic(), p), RecordsToDelete.beforeOffset(before));
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
      admin.deleteRecords(cut).all().toCompletionStage().toCompletableFuture().join();
    }
  }

  boolean hasTopic(String topic) {
    return log.partitions(topic)
        .map(partitions -> true)
        .onErrorResume(
            ProblemException.class,
            e -> e.problem().code() == ProblemCode.TOPIC_UNKNOWN ? Mono.just(false) : Mono.error(e))
        .blockOptional(LIMIT)
        .orElseThrow();
  }

  void remove(List<String> names) {
    Flux.fromIterable(names)
        .flatMap(name -> again(catalog.deleteView(name)), AT_ONCE)
        .blockLast(LIMIT);
  }

  /** They wait for one another, longer than PostgreSQL is waited for if the machine is slow. */
  private static <T> Mono<T> again(Mono<T> change) {
    return change.retryWhen(Retry.backoff(AGAIN, Duration.ofMillis(100)));
  }

  /** Writes a stream's events. */
  LogWriter writer(String stream) {
    return new LogWriter(log, stream(stream));
  }

  void send(String name, List<Event> events) {
    send(stream(name), events);
  }

  /** Writes as whoever takes the stream for this. */
  void send(CatalogStream stream, List<Event> events) {
    List<LogRecord> records = new ArrayList<>();
    for (Event event : events) {
      String json =
          "{\"k\":\"%s\",\"v\":%d,\"ts\":%d}".formatted(event.key(), event.value(), event.time());
      records.addAll(LogWriter.records(stream, json, event.partition()));
    }
    log.append(records).block(LIMIT);
  }

  /** Says in every partition that nothing comes before a time any more. */
  void end(String name, long time) {
    StreamDefinition stream = stream(name).definition();
    for (int p = 0; p < stream.storage().partitions(); p++) {
      log.append(List.of(Punctuation.record(stream.topic(), p, time))).block(LIMIT);
    }
  }

  /** A view's rows so far, as their values: what a reader of the log sees. */
  List<String> rows(String view) {
    CatalogStream stream = stream(view);
    List<String> rows = new ArrayList<>();
    try (LogReader reader = log.openReader(stream)) {
      Map<Integer, Long> ends = reader.endOffsets();
      List<PartitionScan> scans =
          ends.keySet().stream()
              .map(p -> PartitionScan.start(stream.definition(), 1_000, p, 0).endingAt(ends.get(p)))
              .toList();
      reader.assign(scans);
      while (scans.stream().anyMatch(scan -> scan.position() < scan.end())) {
        for (EventBatch batch : reader.poll(Duration.ofMillis(100))) {
          for (int row = 0; row < batch.size(); row++) {
            rows.add(row(batch, row, stream.definition().fields().size()));
          }
        }
      }
    }
    return rows;
  }

  /** The rows of a windowed view's table. */
  List<String> table(String view) {
    return select("SELECT window_start, window_end, k, n, s FROM views." + view).stream()
        .map(row -> time(row.get(0)) + " " + time(row.get(1)) + " " + values(row.subList(2, 5)))
        .toList();
  }

  private static long time(Object value) {
    return ((Timestamp) value).getTime();
  }

  private static String values(List<Object> row) {
    return row.stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  /** The Avro schema of an id, as the catalog has it. */
  Schema schema(int id) {
    List<List<Object>> found = select("SELECT definition FROM sluice.schemas WHERE id = " + id);
    return new Schema.Parser().parse((String) found.get(0).get(0));
  }

  static List<List<Object>> select(String sql) {
    try (Connection connection = connect()) {
      return select(connection, sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  static List<List<Object>> select(Connection connection, String sql) {
    List<List<Object>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      while (found.next()) {
        List<Object> row = new ArrayList<>();
        for (int c = 1; c <= found.getMetaData().getColumnCount(); c++) {
          row.add(found.getObject(c));
        }
        rows.add(row);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    return rows;
  }

  /** A connection to PostgreSQL. */
  static Connection connect() {
    URI url = URI.create(TestServers.postgres());
    String[] user = url.getUserInfo().split(":", 2);
    String jdbc = "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath();
    try {
      return DriverManager.getConnection(jdbc, user[0], user[1]);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** The last row of each group, by its first column. */
  Map<String, String> latest(String view) {
    Map<String, String> latest = new TreeMap<>();
    rows(view).forEach(row -> latest.put(row.split(" ")[0], row));
    return latest;
  }

  /** Without what the log says of the record. */
  private static String row(EventBatch batch, int row, int fields) {
    return Arrays.stream(batch.fields())
        .limit(fields)
        .map(column -> text(column, row))
        .collect(Collectors.joining(" "));
  }

  private static String text(Column column, int row) {
    return column instanceof StringColumn text
        ? new String(text.value(row), StandardCharsets.UTF_8)
        : Long.toString(((LongColumn) column).values()[row]);
  }

  CatalogStream stream(String name) {
    return Objects.requireNonNull(catalog.find(name), name);
  }

  @Override
  public void close() {
    views.close();
    catalog.close();
    log.close();
  }
}
