package dev.sluice.benchmark.trial;

import dev.sluice.engine.catalog.CatalogView;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** How far the views' tables are, as PostgreSQL says when it is there. One thread's. */
final class TableOffsets implements AutoCloseable {
  private static final String SQL = "SELECT generation, partition, next FROM sluice.view_offsets";

  private final Servers servers;
  private @Nullable Connection connection;
  private Map<TopicPartition, Long> last = Map.of();

  TableOffsets(Servers servers) {
    this.servers = servers;
  }

  /** Of each view's topic; where PostgreSQL is away, what it said before. */
  Map<TopicPartition, Long> now(Collection<CatalogView> views) {
    try {
      last = read(views);
    } catch (SQLException e) {
      close();
    }
    return last;
  }

  private Map<TopicPartition, Long> read(Collection<CatalogView> views) throws SQLException {
    Map<Long, String> topics = new HashMap<>();
    views.forEach(view -> topics.put(view.generation(), view.stream().definition().topic()));
    Connection open = connection;
    if (open == null) {
      open = KeptRows.connection(servers);
      connection = open;
    }
    Map<TopicPartition, Long> offsets = new HashMap<>();
    try (Statement statement = open.createStatement();
        ResultSet found = statement.executeQuery(SQL)) {
      while (found.next()) {
        String topic = topics.get(found.getLong(1));
        if (topic != null) {
          offsets.put(new TopicPartition(topic, found.getInt(2)), found.getLong(3));
        }
      }
    }
    return offsets;
  }

  @Override
  public void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        // It is away: so is the connection.
      }
    }
  }
}
