package dev.sluice.standalone;

import dev.sluice.embedded.EmbeddedKafka;
import dev.sluice.embedded.EmbeddedPostgres;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Kafka and PostgreSQL, each ours or an existing one.
 *
 * @param kafka ours, if it is
 * @param postgres ours, if it is
 */
record Servers(@Nullable EmbeddedKafka kafka, @Nullable EmbeddedPostgres postgres)
    implements AutoCloseable {

  /** Starts both at once, each on a thread of its own; where one fails, neither is left. */
  static Servers start(
      @Nullable Callable<EmbeddedKafka> kafka, @Nullable Callable<EmbeddedPostgres> postgres)
      throws Exception {
    FutureTask<@Nullable EmbeddedKafka> first =
        new FutureTask<>(() -> kafka == null ? null : kafka.call());
    FutureTask<@Nullable EmbeddedPostgres> second =
        new FutureTask<>(() -> postgres == null ? null : postgres.call());
    new Thread(first, "kafka-start").start();
    second.run();
    EmbeddedKafka startedKafka = null;
    try {
      startedKafka = first.get();
      return new Servers(startedKafka, second.get());
    } catch (ExecutionException e) {
      new Servers(startedKafka, startedKafka == null ? started(second) : null).close();
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /** Kafka first: it may still be asked for what PostgreSQL knows. */
  @Override
  public void close() {
    try {
      if (kafka != null) {
        kafka.close();
      }
    } finally {
      if (postgres != null) {
        postgres.close();
      }
    }
  }

  private static @Nullable EmbeddedPostgres started(FutureTask<@Nullable EmbeddedPostgres> postgres)
      throws InterruptedException {
    try {
      return postgres.get();
    } catch (ExecutionException e) {
      return null;
    }
  }
}
