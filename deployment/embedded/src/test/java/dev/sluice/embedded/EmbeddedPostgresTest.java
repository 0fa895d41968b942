package dev.sluice.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
  private static final String HOST = "127.0.0.1";

  @Test
  void rowsAreThereAfterARestartAndDurabilityIsOn(@TempDir Path directory) throws SQLException {
    // A space, as in a home directory's name.
    Path home = directory.resolve("of a user");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home, HOST, 0)) {
      execute(postgres, "CREATE TABLE letters (value text)", "INSERT INTO letters VALUES ('a')");
      assertThat(select(postgres, "SHOW fsync")).containsExactly("on");
      assertThat(select(postgres, "SHOW synchronous_commit")).containsExactly("on");
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home, HOST, 0)) {
      assertThat(select(postgres, "SELECT value FROM letters")).containsExactly("a");
    }
    assertThat(new Postmaster(home.resolve("data")).running()).isEmpty();
  }

  @Test
  void theServerOfAKilledRunIsStoppedFirst(@TempDir Path directory) throws Exception {
    Process killed =
        TestProcess.of(List.of(), Orphaning.class, directory.toString()).inheritIO().start();
    assertThat(killed.waitFor(60, TimeUnit.SECONDS)).isTrue();
    long orphan = new Postmaster(directory.resolve("data")).running().orElseThrow().pid();

    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, HOST, 0)) {
      assertThat(new Postmaster(directory.resolve("data")).running().orElseThrow().pid())
          .isNotEqualTo(orphan);
      assertThat(select(postgres, "SELECT value FROM letters")).containsExactly("left behind");
    }
  }

  @Test
  void aTakenPortIsOneLine(@TempDir Path directory) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      assertThatThrownBy(() -> EmbeddedPostgres.start(directory, HOST, taken.getLocalPort()))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageStartingWith("port " + taken.getLocalPort() + " is taken")
          .hasMessageNotContaining("\n");
    }
  }

  /** Leaves its PostgreSQL running, as a run does that is killed. */
  static final class Orphaning {
    private Orphaning() {}

    @SuppressWarnings("MustBeClosedChecker")
    public static void main(String[] arguments) throws SQLException {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(arguments[0]), HOST, 0);
      execute(
          postgres,
          "CREATE TABLE letters (value text)",
          "INSERT INTO letters VALUES ('left behind')");
      Runtime.getRuntime().halt(137);
    }
  }

  private static void execute(EmbeddedPostgres postgres, String... statements) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static List<String> select(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    URI url = URI.create(postgres.url());
    String[] user = url.getUserInfo().split(":", 2);
    return DriverManager.getConnection(
        "jdbc:postgresql://" + url.getAuthority().replaceFirst(".*@", "") + url.getPath(),
        user[0],
        user[1]);
  }
}
