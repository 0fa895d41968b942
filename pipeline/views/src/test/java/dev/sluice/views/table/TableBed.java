package dev.sluice.views.table;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogSettings;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.PostgresConnections;
import dev.sluice.engine.conformance.LogWriter;
import dev.sluice.engine.log.kafka.KafkaEventLog;
import dev.sluice.engine.log.kafka.KafkaSettings;
import dev.sluice.model.stream.Field;
import dev.sluice.views.RowStreams;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactory;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A real log and a real PostgreSQL, streams of rows that tests append, and their tables. */
final class TableBed implements AutoCloseable {
  static final Duration LIMIT = RowStreams.LIMIT;

  final KafkaEventLog log;
  final ConnectionPool pool;
  final TableStore store;
  private final String kafka;
  private final String postgres;
  private final Scheduler readers = Schedulers.newBoundedElastic(4, 1_000, "tables", 60, true);

  TableBed(String kafka, String postgres) {
    this.kafka = kafka;
    this.postgres = postgres;
    log = new KafkaEventLog(KafkaSettings.of(kafka));
    CatalogSettings settings = CatalogSettings.of(postgres);
    // Makes the tables that ours are entered in.
    Catalog.open(settings, log).close();
    pool = PostgresConnections.pool(settings, "test", 8, Duration.ofSeconds(10));
    store = store(pool);
  }

  TableStore store(ConnectionFactory connections) {
    return new TableStore(connections, Duration.ofSeconds(10));
  }

  CatalogStream declare(String name, int partitions, Field... fields) {
    return new RowStreams(log).declare(name, partitions, fields);
  }

  static TableDefinition table(CatalogStream stream, Integer... key) {
    return table(stream, false, key);
  }

  static TableDefinition table(CatalogStream stream, boolean replaces, Integer... key) {
    return new TableDefinition(
        new TableDefinition.Owner(stream.definition().name(), stream.generation(), true),
        stream.definition().fields(),
        List.of(key),
        replaces,
        stream.definition().storage().partitions(),
        stream.definition().storage().retention());
  }

  /** One that believes that all partitions are its own. */
  TableWriter writer(CatalogStream stream, TableDefinition table, TableStore of) {
    Set<Integer> all = Set.copyOf(partitions(stream));
    return new TableWriter(stream, table, log, of, () -> all, readers, Duration.ofMillis(10));
  }

  private static List<Integer> partitions(CatalogStream stream) {
    List<Integer> partitions = new ArrayList<>();
    for (int p = 0; p < stream.definition().storage().partitions(); p++) {
      partitions.add(p);
    }
    return partitions;
  }

  void send(CatalogStream stream, int partition, String events) {
    new LogWriter(log, stream).send(partition, events);
  }

  void punctuate(CatalogStream stream, int partition, Instant watermark) {
    new LogWriter(log, stream).punctuate(partition, watermark);
  }

  /** Deletes the records of a partition before an offset, as retention does. */
  void cut(CatalogStream stream, int partition, long offset) {
    TopicPartition of = new TopicPartition(stream.definition().topic(), partition);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
      admin
          .deleteRecords(Map.of(of, RecordsToDelete.beforeOffset(offset)))
          .all()
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    }
  }

  /** Values of a query, each row as one text. */
  List<String> query(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (results.next()) {
        List<@Nullable String> values = new ArrayList<>();
        for (int c = 1; c <= results.getMetaData().getColumnCount(); c++) {
          values.add(results.getString(c));
        }
        rows.add(values.stream().map(String::valueOf).collect(Collectors.joining("|")));
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  void execute(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private Connection connect() throws SQLException {
    URI url = URI.create(postgres);
    String[] user = url.getUserInfo().split(":", 2);
    return DriverManager.getConnection(
        "jdbc:postgresql://"
            + url.getHost()
            + ":"
            + url.getPort()
            + url.getPath()
            + "?options=-c%20TimeZone=UTC",
        user[0],
        user[1]);
  }

  @Override
  public void close() {
    readers.disposeGracefully().block(LIMIT);
    pool.dispose();
    log.close();
  }
}
