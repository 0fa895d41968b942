package dev.sluice.engine.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.LogReader;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.engine.table.Identifiers;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A stream's table as the pipeline would write it, filled from the log up to some place. */
final class KeptTable implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Connection connection;
  private final CatalogStream stream;
  private final long[] next;
  private final long[] watermarks;

  KeptTable(CatalogStream stream) throws SQLException {
    this.stream = stream;
    next = new long[stream.definition().storage().partitions()];
    watermarks = new long[next.length];
    Arrays.fill(watermarks, Long.MIN_VALUE);
    URI url = URI.create(TestServers.postgres());
    String[] user = url.getUserInfo().split(":", 2);
    connection =
        DriverManager.getConnection(
            "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(),
            user[0],
            user[1]);
    execute(
        stream.definition().fields().stream()
            .map(f -> Identifiers.column(f.name()) + " " + Identifiers.type(f.type()))
            .collect(
                Collectors.joining(
                    ", ",
                    "CREATE TABLE " + Identifiers.table(stream.definition().name()) + " (",
                    ", _partition int, _offset bigint, _time timestamptz, _watermark bigint)")));
    execute(
        "INSERT INTO sluice.view_tables (view, generation, replaces) VALUES ('%s', %d, false)"
            .formatted(stream.definition().name(), stream.generation()));
    for (int p = 0; p < stream.definition().storage().partitions(); p++) {
      execute(
          "INSERT INTO sluice.view_offsets VALUES (%d, %d, 0)".formatted(stream.generation(), p));
    }
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /**
   * Takes what the log has and it has not.
   *
   * @param part of each partition, 0 to 1
   */
  void fill(QueryBed bed, double part) throws SQLException {
    try (LogReader reader = bed.log.openReader(stream)) {
      List<PartitionScan> scans = new ArrayList<>();
      reader
          .endOffsets()
          .forEach(
              (p, end) ->
                  scans.add(
                      PartitionScan.resume(
                              stream.definition(), 100_000, p, next[p], watermarks[p], next[p])
                          .endingAt(Math.round(end * part))));
      reader.assign(scans);
      while (scans.stream().anyMatch(scan -> scan.position() < scan.end())) {
        for (EventBatch batch : reader.poll(POLL)) {
          insert(batch);
        }
      }
      for (PartitionScan scan : scans) {
        next[scan.partition()] = scan.position();
        watermarks[scan.partition()] = scan.watermark();
        execute(
            "UPDATE sluice.view_offsets SET next = %d, watermark = %s WHERE generation = %d AND partition = %d"
                .formatted(
                    scan.position(),
                    scan.watermark() == Long.MIN_VALUE ? "NULL" : scan.watermark(),
                    stream.generation(),
                    scan.partition()));
      }
    }
  }

  /** Ends the connections of others whose last statement is like that; returns how many were. */
  int terminated(String statement) throws SQLException {
    try (PreparedStatement ending =
        connection.prepareStatement(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                + " WHERE query LIKE ? AND pid <> pg_backend_pid()")) {
      ending.setString(1, statement);
      try (ResultSet ended = ending.executeQuery()) {
        ended.next();
        return ended.getInt(1);
      }
    }
  }

  /** Loses rows to its retention. */
  void forget(Instant before) throws SQLException {
    String lost =
        "FROM %s WHERE _time < '%s'"
            .formatted(Identifiers.table(stream.definition().name()), before);
    execute(
        ("UPDATE sluice.view_tables SET whole_from = %d, whole = ARRAY["
                + "(SELECT coalesce(max(_offset) + 1, 0) %s AND _partition = 0),"
                + " (SELECT coalesce(max(_offset) + 1, 0) %s AND _partition = 1)]"
                + " WHERE generation = %d")
            .formatted(before.toEpochMilli(), lost, lost, stream.generation()));
    execute("DELETE " + lost);
  }

  private void insert(EventBatch batch) throws SQLException {
    List<Field> fields = stream.definition().fields();
    String sql =
        "INSERT INTO "
            + Identifiers.table(stream.definition().name())
            + " VALUES ("
            + "?, ".repeat(fields.size())
            + "?, ?, ?, ?)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int row = 0; row < batch.size(); row++) {
        int at = 1;
        for (Column column : Arrays.copyOf(batch.fields(), fields.size())) {
          insert.setObject(at++, value(column, row));
        }
        insert.setInt(at++, batch.partition());
        insert.setLong(at++, batch.log().offset()[row]);
        insert.setObject(at++, time(batch.log().eventTime()[row]));
        long watermark = batch.log().watermark()[row];
        insert.setObject(at, watermark == Long.MIN_VALUE ? null : (Object) watermark, Types.BIGINT);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static @Nullable Object value(Column column, int row) {
    if (column.isNull(row)) {
      return null;
    }
    if (column instanceof StringColumn strings) {
      return new String(strings.value(row), UTF_8);
    }
    if (column instanceof DoubleColumn doubles) {
      return doubles.values()[row];
    }
    long value = ((LongColumn) column).values()[row];
    return column.type() == FieldType.BOOLEAN
        ? (Object) (value != 0)
        : column.type() == FieldType.TIMESTAMP ? time(value) : (Object) value;
  }

  private static Object time(long millis) {
    return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
  }

  @Override
  public void close() throws SQLException {
    try (connection) {
      execute("DROP TABLE IF EXISTS " + Identifiers.table(stream.definition().name()));
      execute("DELETE FROM sluice.view_tables WHERE generation = " + stream.generation());
    }
  }
}
