package dev.sluice.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestServers;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
  @Test
  void reservedAreThoseThatPostgresReserves() throws SQLException {
    TreeSet<String> reserved = new TreeSet<>();
    URI url = URI.create(TestServers.postgres());
    String[] user = url.getUserInfo().split(":", 2);
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(),
                user[0],
                user.length > 1 ? user[1] : "");
        Statement statement = connection.createStatement();
        ResultSet words =
            statement.executeQuery(
                "SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')")) {
      while (words.next()) {
        reserved.add(words.getString(1));
      }
    }

    assertThat(new TreeSet<>(Words.OF_POSTGRES)).isEqualTo(reserved);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"select", "SELECT", "user", "time", "date", "values", "Current_Date", "end"})
  void whatOneOfTheTwoReservesIsReserved(String word) {
    assertThat(Words.isReserved(word)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"n", "value", "device", "window_start", "ts", "avg_t", "level", "busId"})
  void othersAreNames(String word) {
    assertThat(Words.isReserved(word)).isFalse();
  }
}
