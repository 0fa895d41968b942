package dev.sluice.views;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Asks PostgreSQL the same, hundreds of times a second, on a connection of its own. */
final class Watching implements AutoCloseable {
  private static final long EVERY_MS = 2;

  private final Set<String> seen = new TreeSet<>();
  private final Connection connection = ViewBed.connect();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> asking;

  Watching(String sql) {
    asking = thread.scheduleWithFixedDelay(() -> ask(sql), 0, EVERY_MS, TimeUnit.MILLISECONDS);
  }

  private void ask(String sql) {
    String row = ViewBed.select(connection, sql).get(0).toString();
    synchronized (seen) {
      seen.add(row);
    }
  }

  /** The different answers so far. */
  Set<String> seen() {
    if (asking.isDone()) {
      throw new AssertionError("PostgreSQL does not answer any more");
    }
    synchronized (seen) {
      return Set.copyOf(seen);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      connection.close();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
