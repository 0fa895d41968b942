package dev.sluice.benchmark.trial;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.stream.StreamDefinition;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Views are kept by several processes under a load, while these processes, Kafka's brokers and
 * PostgreSQL are killed and come back. In the end every view's rows, in its topic and its table,
 * must be those that the log says.
 */
public final class KillTrial {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration TOLD_EVERY = Duration.ofSeconds(5);

  /** Rows stand still when nothing has moved for longer than a transaction may stay open. */
  private static final Duration STILL = Duration.ofSeconds(5);

  /** Views are up to date when all is read but what was sent in such a time. */
  private static final Duration UP_TO_DATE = Duration.ofSeconds(1);

  /** A build takes seconds, however little there is to read. */
  private static final Duration WELL_UNDER_WAY = Duration.ofMillis(800);

  private static final Duration REPLICATED_WITHIN = Duration.ofMinutes(2);
  private static final Duration SETTLED_WITHIN = Duration.ofMinutes(5);
  private static final Duration RIGHT_WITHIN = Duration.ofMinutes(1);
  private static final long AFTER_ALL_MS = Duration.ofHours(1).toMillis();

  private final KillSettings settings;
  private final PrintWriter progress;
  private final Random random;
  private final List<Recovery> recoveries = new ArrayList<>();
  private long began;
  private long told;
  private long madeBefore;
  private int done;
  private int rebuilds;

  /** A fault, and when: as a part of all. */
  private record Fault(Kind kind, double at) {}

  /** How it went until everything was at rest, or was given up on. */
  private record Ran(double rate, double settleSeconds, boolean settled) {}

  private enum Kind {
    PIPELINE,
    BROKER,
    POSTGRES
  }

  public KillTrial(KillSettings settings, PrintWriter progress) {
    this.settings = settings;
    this.progress = progress;
    this.random = new Random(settings.load().seed());
  }

  /** Does it all, for minutes. */
  public KillResult run() throws Exception {
    Files.createDirectories(settings.directory());
    began = System.nanoTime();
    say("everything is in %s", settings.directory());
    try (Servers servers = Servers.start(settings.directory(), settings.brokers());
        Definitions definitions = new Definitions(servers)) {
      CatalogStream source = define(definitions);
      Clients clients = new Clients(servers.kafka());
      Events events = new Events(source, settings.load().devices(), settings.load().seed());
      try (Pipelines pipelines = new Pipelines(servers, settings.directory(), settings.jvm());
          Load load = new Load(clients, events, settings.load().rate());
          Watch watch =
              new Watch(
                  servers,
                  clients,
                  source.definition(),
                  definitions::views,
                  settings.load().rate() * UP_TO_DATE.toSeconds())) {
        pipelines.archive();
        for (int i = 0; i < settings.pipelines(); i++) {
          pipelines.add(settings.pipelineSettings());
        }
        pipelines.awaitReady();
        say("%d pipelines run, and %d brokers", pipelines.count(), servers.brokers());
        load.start();
        long loadBegan = System.nanoTime();
        faults(servers, definitions, pipelines, load, watch);
        load.finish();
        double rate = load.made() / ((System.nanoTime() - loadBegan) / 1e9);
        load.state(source.definition().topic(), System.currentTimeMillis() + AFTER_ALL_MS);
        say("%d events are sent, %.0f/s; waiting until the views have them", load.made(), rate);
        long finished = System.nanoTime();
        boolean settled = awaitSettled(definitions, pipelines, load, watch);
        double settleSeconds = (System.nanoTime() - finished) / 1e9;
        say("comparing");
        return result(
            servers,
            clients,
            source,
            definitions,
            load,
            pipelines,
            new Ran(rate, settleSeconds, settled));
      }
    }
  }

  /** Returns the stream that the views are of. */
  private CatalogStream define(Definitions definitions) throws Exception {
    CatalogStream source = definitions.declare(Events.definition(settings.load().dedupe()));
    definitions.declare(Events.fed());
    for (KeptView view : KeptView.ALL) {
      definitions.define(view.definition());
    }
    return source;
  }

  private void faults(
      Servers servers, Definitions definitions, Pipelines pipelines, Load load, Watch watch)
      throws Exception {
    for (Fault fault : plan()) {
      pause(someTime(), pipelines, load, watch);
      done++;
      switch (fault.kind()) {
        case PIPELINE -> {
          if (rebuilds < settings.faults().rebuilds() && !definitions.isBuilding()) {
            KeptView view = KeptView.REBUILT.get(rebuilds++ % KeptView.REBUILT.size());
            say("%s is built anew", view.name());
            definitions.rebuild(view.name());
            pause(WELL_UNDER_WAY, pipelines, load, watch);
          }
          int victim = random.nextInt(pipelines.count());
          recoveries.add(watch.recovery("pipeline " + victim));
          pipelines.killAndReturn(victim);
        }
        case BROKER -> {
          int victim = random.nextInt(servers.brokers());
          recoveries.add(watch.recovery("broker " + victim));
          say("broker %d is killed", victim);
          servers.killBroker(victim);
          pause(settings.faults().down(), pipelines, load, watch);
          servers.returnBroker(victim);
          awaitReplicated(pipelines, load, watch);
          say("broker %d is back", victim);
        }
        case POSTGRES -> {
          recoveries.add(watch.recovery("PostgreSQL"));
          say("PostgreSQL is killed");
          servers.killPostgres();
          pause(settings.faults().down(), pipelines, load, watch);
          servers.returnPostgres();
          say("PostgreSQL is back");
        }
      }
    }
    pause(someTime(), pipelines, load, watch);
  }

  /** One replica may be away, and not two: the next broker's turn comes when all have all. */
  private void awaitReplicated(Pipelines pipelines, Load load, Watch watch) throws Exception {
    long end = System.nanoTime() + REPLICATED_WITHIN.toNanos();
    while (!watch.isReplicated()) {
      if (System.nanoTime() > end) {
        throw new TimeoutException("not all replicas have everything");
      }
      tick(pipelines, load, watch);
    }
  }

  private List<Fault> plan() {
    List<Fault> plan = new ArrayList<>();
    KillSettings.Faults faults = settings.faults();
    for (int i = 0; i < faults.kills(); i++) {
      plan.add(new Fault(Kind.PIPELINE, (i + 0.5) / faults.kills()));
    }
    for (int i = 0; i < faults.brokers(); i++) {
      plan.add(new Fault(Kind.BROKER, (i + 0.6) / faults.brokers()));
    }
    for (int i = 0; i < faults.postgres(); i++) {
      plan.add(new Fault(Kind.POSTGRES, (i + 0.3) / faults.postgres()));
    }
    plan.sort((a, b) -> Double.compare(a.at(), b.at()));
    return plan;
  }

  private Duration someTime() {
    long every = settings.faults().every().toMillis();
    return Duration.ofMillis(every / 2 + (long) (random.nextDouble() * every));
  }

  private void pause(Duration time, Pipelines pipelines, Load load, Watch watch) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      tick(pipelines, load, watch);
    }
  }

  private void tick(Pipelines pipelines, Load load, Watch watch) throws Exception {
    LockSupport.parkNanos(TICK.toNanos());
    pipelines.tend();
    long now = System.nanoTime();
    if (now - told >= TOLD_EVERY.toNanos()) {
      Seen seen = watch.seen();
      double rate = (load.made() - madeBefore) / ((now - told) / 1e9);
      madeBefore = load.made();
      told = now;
      say(
          "faults %d  made/s %.0f  unacked %d  to read %d  to merge %d  to write %d  %s",
          done,
          rate,
          load.made() - load.acked(),
          seen.reading().lag(),
          seen.merging().lag(),
          seen.writing().lag(),
          lastRecovery());
    }
  }

  private String lastRecovery() {
    if (recoveries.isEmpty()) {
      return "";
    }
    Recovery last = recoveries.get(recoveries.size() - 1);
    return "after %s: moved again %s, up to date %s"
        .formatted(last.what(), seconds(last.moved()), seconds(last.upToDate()));
  }

  private static String seconds(double seconds) {
    return Double.isNaN(seconds) ? "not yet" : String.format(Locale.ROOT, "%.1f s", seconds);
  }

  /** Until the views have read everything, and nothing moves any more; false after too long. */
  private boolean awaitSettled(Definitions definitions, Pipelines pipelines, Load load, Watch watch)
      throws Exception {
    long end = System.nanoTime() + SETTLED_WITHIN.toNanos();
    long stillSince = System.nanoTime();
    Map<?, Long> before = Map.of();
    while (System.nanoTime() < end) {
      tick(pipelines, load, watch);
      Seen seen = watch.seen();
      if (definitions.isBuilding()
          || seen.reading().lag() != 0
          || !seen.settled()
          || !seen.writing().ends().equals(before)) {
        before = seen.writing().ends();
        stillSince = System.nanoTime();
      } else if (System.nanoTime() - stillSince > STILL.toNanos()) {
        return true;
      }
    }
    return false;
  }

  private KillResult result(
      Servers servers,
      Clients clients,
      CatalogStream source,
      Definitions definitions,
      Load load,
      Pipelines pipelines,
      Ran ran)
      throws Exception {
    SourceLog log = new SourceLog(source.definition());
    Oracle oracle = new Oracle();
    log.read(clients, oracle::take);
    List<String> wrong = new ArrayList<>();
    BitSet lost = load.ackedSeqs();
    lost.andNot(log.seqs());
    if (!lost.isEmpty()) {
      wrong.add(lost.cardinality() + " acknowledged events are not in the log: " + lost);
    }
    Map<String, Long> rows = new LinkedHashMap<>();
    for (KeptView view : KeptView.ALL) {
      StreamDefinition stream = definitions.stream(view.name()).definition();
      List<String> expected = oracle.rows(view);
      wrong.addAll(compared(servers, clients, view, stream, expected));
      rows.put(view.name(), (long) expected.size());
      say("%s: %d rows", view.name(), expected.size());
    }
    Differences.of(
            "the events that " + KeptView.CHOSEN_ONES.name() + " feeds",
            oracle.rows(KeptView.CHOSEN_ONES),
            sorted(KeptRows.ofTopic(clients, KeptView.CHOSEN_ONES, Events.fed()).values()))
        .ifPresent(wrong::add);
    return new KillResult(
        new KillResult.Sent(
            load.made(),
            ran.rate(),
            load.neverMade(),
            load.sentAgain(),
            log.events(),
            log.duplicates()),
        oracle.late(),
        rebuilds,
        rows,
        recoveries.stream()
            .map(r -> new KillResult.Recovered(r.what(), r.moved(), r.upToDate()))
            .toList(),
        ran.settleSeconds(),
        pipelines.endedByThemselves(),
        ran.settled(),
        wrong);
  }

  /** Looks again for a while: what is wrong for good stays so. */
  private static List<String> compared(
      Servers servers,
      Clients clients,
      KeptView view,
      StreamDefinition stream,
      List<String> expected)
      throws Exception {
    long end = System.nanoTime() + RIGHT_WITHIN.toNanos();
    while (true) {
      List<String> wrong = new ArrayList<>();
      Map<String, String> topic = KeptRows.ofTopic(clients, view, stream);
      Map<String, String> table = KeptRows.ofTable(servers, view);
      Differences.of(view.name() + "'s topic", expected, sorted(topic.values()))
          .ifPresent(wrong::add);
      Differences.of(view.name() + "'s table", expected, sorted(table.values()))
          .ifPresent(wrong::add);
      if (!table.equals(topic)) {
        wrong.add(view.name() + ": the table's rows are not at the places of the topic's");
      }
      if (wrong.isEmpty() || System.nanoTime() > end) {
        return wrong;
      }
      LockSupport.parkNanos(TICK.toNanos());
    }
  }

  private static List<String> sorted(Collection<String> rows) {
    return rows.stream().sorted().toList();
  }

  private void say(String format, Object... values) {
    progress.printf(
        Locale.ROOT,
        "%6.1f s  %s%n",
        (System.nanoTime() - began) / 1e9,
        String.format(Locale.ROOT, format, values));
    progress.flush();
  }
}
