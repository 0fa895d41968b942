package dev.sluice.engine.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits at a start for a PostgreSQL that is not there yet, and says so once. Blocks. */
final class PostgresArrival {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresArrival.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** Of SQL: connections that do not come about, or are lost. */
  private static final String NO_CONNECTION = "08";

  /** Of PostgreSQL: it starts or stops, is being restarted, and has no connection left. */
  private static final Set<String> LATER = Set.of("57P03", "57P01", "57P02", "53300");

  private PostgresArrival() {}

  /**
   * Returns when it can be connected to.
   *
   * @throws SQLException it answers, and lets nobody in: a wrong password, or no such database
   * @throws IllegalStateException interrupted
   */
  static void await(DataSource source, PostgresUrl url) throws SQLException {
    Duration pause = FIRST_PAUSE;
    boolean told = false;
    while (true) {
      try (Connection connection = source.getConnection()) {
        if (told) {
          LOG.info("PostgreSQL is there url={}", url);
        }
        return;
      } catch (SQLException e) {
        if (!mayCome(e)) {
          throw e;
        }
        if (!told) {
          LOG.warn("waiting for PostgreSQL, which does not answer: {} ({})", url, e.getMessage());
          told = true;
        }
      }
      rest(pause);
      pause = pause.multipliedBy(2);
      pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
  }

  /** That PostgreSQL went away, if something failed because of it; else null. */
  static @Nullable SQLException gone(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && mayCome(sql)) {
        return sql;
      }
    }
    return null;
  }

  private static boolean mayCome(SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    return state.startsWith(NO_CONNECTION) || LATER.contains(state);
  }

  /** Waits without a limit of its own: by that a framework that stops knows whom to interrupt. */
  private static void rest(Duration pause) {
    try {
      new CompletableFuture<Void>()
          .completeOnTimeout(null, pause.toMillis(), TimeUnit.MILLISECONDS)
          .get();
    } catch (InterruptedException e) {
      // The failure says it: who stays interrupted could not wait for what it closes.
      throw new IllegalStateException("stopped while waiting for PostgreSQL", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
