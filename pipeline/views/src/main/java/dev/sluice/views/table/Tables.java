package dev.sluice.views.table;

import dev.sluice.engine.catalog.CatalogSettings;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.PostgresConnections;
import dev.sluice.engine.catalog.Views;
import dev.sluice.engine.flow.Buffer;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Hop;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Stage;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.PartitionOwnership;
import dev.sluice.engine.view.ViewPlan;
import io.r2dbc.pool.ConnectionPool;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The tables of all views that have one: makes them, writes them, and drops those of views that are
 * gone. Several processes share the partitions of the views' topics; were two at the same one, no
 * row would be there twice.
 */
public final class Tables implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tables.class);
  private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(30);
  private static final int READERS = 16;

  /** Views beyond them wait for their turn to write. */
  private static final int CONNECTIONS = 4;

  private static final int READINGS_WAITING = 10_000;
  private static final long LOOK_EVERY_SECONDS = 30;
  private static final String GROUP = "sluice-tables";

  /** What one poll of the log may bring. */
  private static final int MOST_ROWS_HELD = 2 * 8_192;

  private final Views views;
  private final EventLog eventLog;
  private final Function<CatalogView, ViewPlan> plans;
  private final TableStore store;
  private final ConnectionPool pool;
  private final Forgetting forgetting;
  private final PartitionOwnership ownership;
  private final Flow flow;
  private final Scheduler reading =
      Schedulers.newBoundedElastic(READERS, READINGS_WAITING, "sluice-tables", 60, true);
  private final Scheduler looking = Schedulers.newSingle("sluice-tables-catalog", true);
  private final Disposable regularly;
  private final Map<Long, Running> running = new HashMap<>();
  private volatile boolean closed;

  /**
   * Starts what there is and follows the catalog.
   *
   * @param plans of views, made or known; fails for one that is not valid any more
   * @param flow where each table's buffer and hop are shown
   */
  public Tables(
      Views views,
      Function<CatalogView, ViewPlan> plans,
      EventLog eventLog,
      CatalogSettings settings,
      Clock clock,
      Flow flow) {
    this.views = views;
    this.plans = plans;
    this.eventLog = eventLog;
    this.flow = flow;
    this.pool = PostgresConnections.pool(settings, "tables", CONNECTIONS, STATEMENT_TIMEOUT);
    this.store = new TableStore(pool, STATEMENT_TIMEOUT);
    this.forgetting = new Forgetting(store, clock);
    this.ownership = eventLog.joinOwnership(GROUP);
    views.onChange(name -> looking.schedule(this::look));
    this.regularly =
        looking.schedulePeriodically(this::lookAndTidy, 0, LOOK_EVERY_SECONDS, TimeUnit.SECONDS);
  }

  /** A view's table that is written here. */
  private record Running(
      CatalogView view, TableWriter writer, boolean built, Disposable.Composite parts) {

    boolean is(@Nullable CatalogView wanted, boolean nowBuilt) {
      return view.equals(wanted) && built == nowBuilt;
    }
  }

  /**
   * How a view's table is.
   *
   * @param lag records of the partitions written here that the table does not have yet
   * @param failing why nothing is written; null if all goes well
   */
  public record Status(long lag, @Nullable String failing) {}

  /** How the table of a view is; null if it is not written here. */
  public synchronized @Nullable Status status(CatalogView view) {
    Running known = running.get(view.generation());
    return known == null ? null : new Status(known.writer.lag(), known.writer.failing());
  }

  private void lookAndTidy() {
    look();
    dropOthers();
    running().values().forEach(known -> forgetting.look(known.writer));
  }

  private synchronized Map<Long, Running> running() {
    return Map.copyOf(running);
  }

  /** Starts and stops writers as the catalog says. */
  private void look() {
    Map<Long, CatalogView> wanted = new HashMap<>();
    for (CatalogView view : views.kept()) {
      if (view.definition().table()) {
        wanted.put(view.generation(), view);
      }
    }
    boolean gone;
    synchronized (this) {
      if (closed) {
        return;
      }
      gone = !wanted.keySet().containsAll(running.keySet());
      running.values().removeIf(known -> stopUnless(known, wanted.get(known.view.generation())));
      wanted.forEach((generation, view) -> running.computeIfAbsent(generation, g -> start(view)));
      ownership.watch(
          wanted.values().stream().map(view -> view.stream().definition().topic()).toList());
    }
    if (gone) {
      dropOthers();
    }
  }

  private boolean isBuilt(CatalogView view) {
    CatalogView build = views.findBuild(view.name());
    return build == null || build.generation() != view.generation();
  }

  private boolean stopUnless(Running known, @Nullable CatalogView wanted) {
    if (known.is(wanted, isBuilt(known.view))) {
      return false;
    }
    known.parts.dispose();
    return true;
  }

  private @Nullable Running start(CatalogView view) {
    boolean built = isBuilt(view);
    TableDefinition table;
    try {
      table = TableDefinition.of(view, plans.apply(view), built);
    } catch (RuntimeException e) {
      log.error("View has no table view={}", view.name(), e);
      return null;
    }
    String topic = view.stream().definition().topic();
    TableWriter writer =
        new TableWriter(
            view.stream(),
            table,
            eventLog,
            store,
            () -> ownership.owned(topic),
            reading,
            TableWriter.FIRST_BACKOFF);
    Label label =
        new Label(
            Stage.CATCH_UP, "table", built ? view.name() : view.stream().definition().topic());
    Hop hop = new Hop(label);
    LongAdder rows = hop.counting("rows");
    hop.state("lag", writer::lag).state("failing", () -> writer.failing() == null ? 0 : 1);
    Flow.Registration shownHop = flow.add(hop);
    Flow.Registration shownBuffer =
        flow.add(
            new Buffer(
                label,
                new Buffer.Room("rows", writer::rowsHeld, MOST_ROWS_HELD),
                "the topic is not read meanwhile"));
    Disposable.Composite parts = Disposables.composite();
    parts.add(shownHop::close);
    parts.add(shownBuffer::close);
    parts.add(
        writer
            .write()
            .subscribe(
                rows::add,
                failure ->
                    log.error(
                        "View's table is not written any more view={}", view.name(), failure)));
    return new Running(view, writer, built, parts);
  }

  private void dropOthers() {
    store
        .dropOthers()
        .onErrorResume(
            failure -> {
              log.warn("Tables of former views stay for now cause={}", failure.toString());
              return Mono.empty();
            })
        .subscribe();
  }

  @Override
  public void close() {
    regularly.dispose();
    looking.dispose();
    synchronized (this) {
      closed = true;
      running.values().forEach(known -> known.parts.dispose());
      running.clear();
    }
    // What is queued there still closes the readers.
    reading.disposeGracefully().subscribe();
    ownership.close();
    pool.dispose();
  }
}
