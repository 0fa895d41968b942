package dev.sluice.benchmark.trial;

import dev.sluice.engine.catalog.CatalogStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Two processes keep a running total of each of many devices, one of them is killed, and the other
 * takes over what it held: from a copy of its own, or by reading the changelogs.
 */
public final class RestoreTrial {
  private static final int PIPELINES = 2;
  private static final int RATE = 1_000;
  private static final int AT_ONCE = 1_000;
  private static final String VIEW = "restored";
  private static final String SQL =
      "SELECT device, COUNT(*) AS n, SUM(v) AS s, MAX(v) AS most FROM %s GROUP BY device"
          .formatted(Events.STREAM);
  private static final Duration DEDUPE = Duration.ofSeconds(1);
  private static final Duration TICK = Duration.ofMillis(50);
  private static final Duration WITHIN = Duration.ofMinutes(3);

  private final Path directory;
  private final int groups;
  private final int standbys;
  private final List<String> jvm;

  /**
   * What came of it.
   *
   * @param changelogRecords that are there to be read: the state, and what compaction has left
   * @param seconds from the SIGKILL until totals moved again in every partition; Kafka takes six of
   *     them to see that a process is gone
   */
  public record Restored(int groups, int standbys, long changelogRecords, double seconds) {}

  private interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * @param directory of its own
   * @param groups that have a total
   * @param standbys 0 or 1
   * @param jvm options of the pipelines' JVMs
   */
  public RestoreTrial(Path directory, int groups, int standbys, List<String> jvm) {
    this.directory = directory;
    this.groups = groups;
    this.standbys = standbys;
    this.jvm = List.copyOf(jvm);
  }

  /** Does it all, for a minute or so. */
  public Restored run() throws Exception {
    Files.createDirectories(directory);
    try (Servers servers = Servers.start(directory, 1);
        Definitions definitions = new Definitions(servers)) {
      CatalogStream source = definitions.declare(Events.definition(DEDUPE));
      definitions.define(VIEW, SQL, false);
      Clients clients = new Clients(servers.kafka());
      Events events = new Events(source, groups, 1);
      try (Pipelines pipelines = new Pipelines(servers, directory, jvm);
          Load load = new Load(clients, events, RATE);
          Watch watch =
              new Watch(servers, clients, source.definition(), definitions::views, RATE)) {
        for (int i = 0; i < PIPELINES; i++) {
          pipelines.add(List.of("--sluice.views.standbys=" + standbys));
        }
        pipelines.awaitReady();
        await("both processes share the merge", () -> watch.merging() == PIPELINES);
        fill(clients, events);
        await("all groups are merged", () -> isMerged(watch.seen()));
        load.start();
        awaitMoved("rows move", watch);
        long changelog = watch.changelogRecords();
        Recovery recovery = watch.recovery("pipeline 0");
        pipelines.kill(0);
        await("rows move again", () -> !Double.isNaN(recovery.moved()));
        return new Restored(groups, standbys, changelog, recovery.moved());
      }
    }
  }

  private void fill(Clients clients, Events events) {
    AtomicInteger stored = new AtomicInteger();
    try (KafkaProducer<byte[], byte[]> producer = clients.producer()) {
      for (int first = 0; first < groups; first += AT_ONCE) {
        int count = Math.min(AT_ONCE, groups - first);
        for (ProducerRecord<byte[], byte[]> record :
            events.ofEach(first, count, System.currentTimeMillis())) {
          var unused =
              producer.send(
                  record, (metadata, failure) -> stored.addAndGet(failure == null ? 1 : 0));
        }
      }
    }
    if (stored.get() != groups) {
      throw new IllegalStateException(
          "only " + stored + " of " + groups + " events are acknowledged");
    }
  }

  private boolean isMerged(Seen seen) {
    long rows = seen.writing().ends().values().stream().mapToLong(Long::longValue).sum();
    return rows >= groups
        && seen.reading().lag() == 0
        && seen.settled()
        && seen.merging().isPast(seen.merging().ends());
  }

  private static void awaitMoved(String what, Watch watch) throws Exception {
    Recovery start = watch.recovery("start");
    await(what, () -> !Double.isNaN(start.moved()));
  }

  private static void await(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + WITHIN.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new TimeoutException("not within " + WITHIN.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(TICK.toNanos());
    }
  }
}
