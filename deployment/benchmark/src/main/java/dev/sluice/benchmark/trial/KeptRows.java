package dev.sluice.benchmark.trial;

import dev.sluice.engine.log.Punctuation;
import dev.sluice.model.stream.StreamDefinition;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;

/** A view's rows as anyone reads them: by a plain consumer of what is committed, or by SQL. */
final class KeptRows {
  private static final String TIMEOUTS = "?connectTimeout=5&socketTimeout=60";

  private KeptRows() {}

  /** The rows in the topic by their places, {@code partition:offset}; of totals the newest. */
  static Map<String, String> ofTopic(Clients clients, KeptView view, StreamDefinition stream)
      throws IOException, TimeoutException {
    CommittedTopic topic = new CommittedTopic(clients, stream);
    Map<String, String> rows = new TreeMap<>();
    Map<String, String> placeOfKey = new TreeMap<>();
    topic.read(
        record -> {
          if (record.headers().lastHeader(Punctuation.HEADER) != null) {
            return;
          }
          String place = record.partition() + ":" + record.offset();
          if (view.kind() == KeptView.Kind.NEWEST) {
            String key = new String(record.key(), StandardCharsets.UTF_8);
            String before = placeOfKey.put(key, place);
            if (before != null) {
              rows.remove(before);
            }
          }
          rows.put(place, text(view, topic.fields(record)));
        });
    return rows;
  }

  private static String text(KeptView view, GenericRecord row) {
    return view.columns().stream()
        .map(column -> String.valueOf(row.get(column)))
        .collect(Collectors.joining(" "));
  }

  /** The rows of the table by their places, {@code partition:offset}. */
  static Map<String, String> ofTable(Servers servers, KeptView view) throws SQLException {
    Map<String, String> rows = new TreeMap<>();
    String columns = String.join(", ", view.columns());
    try (Connection connection = connection(servers);
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT _partition || ':' || _offset, " + columns + " FROM views." + view.name())) {
      while (found.next()) {
        StringBuilder row = new StringBuilder();
        for (int column = 0; column < view.columns().size(); column++) {
          Object value = found.getObject(column + 2);
          row.append(column == 0 ? "" : " ")
              .append(value instanceof Timestamp time ? time.getTime() : value);
        }
        String twice = rows.put(found.getString(1), row.toString());
        if (twice != null) {
          throw new SQLException("two rows of one place in " + view.name() + ": " + row);
        }
      }
    }
    return rows;
  }

  static Connection connection(Servers servers) throws SQLException {
    URI url = URI.create(servers.postgres());
    String[] user = url.getUserInfo().split(":", 2);
    return DriverManager.getConnection(
        "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath() + TIMEOUTS,
        user[0],
        user[1]);
  }
}
