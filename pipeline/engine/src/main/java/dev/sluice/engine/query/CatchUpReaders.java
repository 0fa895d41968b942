package dev.sluice.engine.query;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.flow.Buffer;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Hop;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Stage;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.LogReader;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A fixed number of readers of the log, for all queries that are behind the tail. Each reads for
 * one query after the other, a slice at a time while others wait; those of the same stream that are
 * just ahead of it take what was read along, so that many who are at about the same place, after a
 * restart, say, cost one reading.
 *
 * <p>A feed waits here at most once, so the queue holds no more than there are queries.
 */
final class CatchUpReaders implements AutoCloseable {
  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long IDLE_MS = 200;
  private static final long CLOSE_MS = 2_000;
  private static final long LATER_MS = 20;
  private static final long LOG_AWAY_MS = 500;
  private static final int MAX_ASKED = 1_000;

  private final EventLog eventLog;
  private final LinkedBlockingDeque<Turn> waiting;
  private final ArrayBlockingQueue<Consumer<Current>> asked = new ArrayBlockingQueue<>(MAX_ASKED);
  private final Thread[] threads;
  private final ScheduledExecutorService later =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "sluice-catch-up-later");
            thread.setDaemon(true);
            return thread;
          });
  private final Consumer<Feed> onLive;
  private final Consumer<Feed> onDone;
  private final AtomicInteger busy = new AtomicInteger();
  private final LongAdder refused = new LongAdder();
  private final Work work;
  private volatile boolean closed;

  /**
   * @param maxQueries most feeds that there are
   * @param onLive called when the tail's ring feeds a query from now on
   * @param onDone called when a query has ended
   */
  CatchUpReaders(
      int count,
      int maxQueries,
      EventLog eventLog,
      Consumer<Feed> onLive,
      Consumer<Feed> onDone,
      Flow flow) {
    this.eventLog = eventLog;
    this.waiting = new LinkedBlockingDeque<>(maxQueries + MAX_ASKED);
    this.onLive = onLive;
    this.onDone = onDone;
    Hop hop =
        new Hop(Stage.CATCH_UP, "catch-up").state("readers", () -> count).state("busy", busy::get);
    work = new Work(hop);
    flow.add(hop);
    flow.add(
        new Buffer(
            Label.of(Stage.CATCH_UP, "catch-up"),
            new Buffer.Room("queries", waiting::size, maxQueries + MAX_ASKED),
            "each query waits its turn, once"));
    flow.add(
        new Buffer(
                Label.of(Stage.CATCH_UP, "log-questions"),
                new Buffer.Room("questions", asked::size, MAX_ASKED),
                "refused with OVERLOADED")
            .dropping("questions", refused::sum));
    threads = new Thread[count];
    for (int i = 0; i < count; i++) {
      threads[i] = new Thread(this::run, "sluice-catch-up-" + i);
      threads[i].setDaemon(true);
      threads[i].start();
    }
  }

  /** Reads for this query when a reader is free. Any thread. */
  void submit(Feed feed) {
    if (!waiting.offer(new Reading(feed))) {
      throw new IllegalStateException("more queries wait than there may be");
    }
  }

  /**
   * Asks the log, before the next feed is read for: a few calls, no reading.
   *
   * @return completes on a reader's thread; fails with OVERLOADED while too many ask
   */
  <T> Mono<T> ask(CatalogStream stream, Function<LogReader, T> question) {
    return Mono.create(
        sink -> {
          if (!asked.offer(current -> answer(stream, question, current, sink))) {
            refused.increment();
            sink.error(
                Problem.of(ProblemCode.OVERLOADED, "too many questions at once: ask again")
                    .toException());
          } else if (!waiting.offerFirst(current -> asked.remove().accept(current))) {
            throw new IllegalStateException("more ask than may");
          }
        });
  }

  private <T> void answer(
      CatalogStream stream, Function<LogReader, T> question, Current current, MonoSink<T> sink) {
    try {
      sink.success(question.apply(current.readerOf(stream)));
    } catch (RuntimeException | Error e) {
      if (!has(e, ProblemCode.POSITION_EXPIRED)) {
        current.close();
      }
      sink.error(e);
    }
  }

  private void submitIn(Feed feed, long millis) {
    later.schedule(() -> submit(feed), millis, TimeUnit.MILLISECONDS);
  }

  private void run() {
    Current current = new Current();
    try {
      while (!closed) {
        Turn next = waiting.poll(IDLE_MS, TimeUnit.MILLISECONDS);
        if (next != null) {
          busy.incrementAndGet();
          next.take(current);
          busy.decrementAndGet();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      current.close();
    }
  }

  private void serve(Feed feed, Current current) {
    List<Feed> along = justAheadOf(feed);
    try {
      Work.Mark before = Work.mark(feed);
      Feed.Next next =
          feed.past()
              .read(
                  () -> current.readerOf(feed.computation().stream()),
                  batches -> along.removeIf(other -> !rides(other, batches)),
                  turn());
      work.since(before, feed);
      if (next == Feed.Next.MORE && waiting.size() > threads.length) {
        // Ids of a minute are many: only as many queries hold them as are read for.
        feed.past().forget();
      }
      goOn(feed, next);
    } catch (RuntimeException | Error e) {
      // An Error too: the thread serves other queries, and this one's subscribers wait for an end.
      current.close();
      if (has(e, ProblemCode.LOG_UNAVAILABLE) && feed.past().hasStarted()) {
        submitIn(feed, LOG_AWAY_MS);
      } else {
        fail(feed, e);
      }
    } finally {
      along.forEach(this::submit);
    }
  }

  /** Takes from those who wait the reader's share of those who can be read for with a feed. */
  private List<Feed> justAheadOf(Feed feed) {
    List<Turn> all = new ArrayList<>();
    waiting.drainTo(all);
    int share = (all.size() + threads.length - 1) / threads.length;
    List<Feed> along = new ArrayList<>();
    Deque<Turn> others = new ArrayDeque<>();
    for (Turn turn : all) {
      if (along.size() < share
          && turn instanceof Reading reading
          && reading.feed.past().isJustAheadOf(feed.past())) {
        along.add(reading.feed);
      } else {
        others.push(turn);
      }
    }
    others.forEach(waiting::addFirst);
    return along;
  }

  /** Whether a feed has taken what was read for another, and goes on so. */
  private boolean rides(Feed feed, List<EventBatch> batches) {
    try {
      Work.Mark before = Work.mark(feed);
      Feed.Next next = feed.past().ride(batches);
      work.since(before, feed);
      goOn(feed, next);
      return next == Feed.Next.ALONG;
    } catch (RuntimeException | Error e) {
      fail(feed, e);
      return false;
    }
  }

  private void goOn(Feed feed, Feed.Next next) {
    switch (next) {
      case LIVE -> onLive.accept(feed);
      case MORE -> submit(feed);
      case LATER -> submitIn(feed, Math.max(LATER_MS, feed.past().patience()));
      case ALONG, PARKED -> {}
      case DONE -> onDone.accept(feed);
    }
  }

  private void fail(Feed feed, Throwable failure) {
    feed.fail(failure);
    onDone.accept(feed);
  }

  /** Whether a turn is over; it begins with the first question. */
  private BooleanSupplier turn() {
    long[] end = new long[1];
    return () -> {
      long now = System.nanoTime();
      if (end[0] == 0) {
        end[0] = now + SLICE_NANOS;
      }
      return closed || (!waiting.isEmpty() && now > end[0]);
    };
  }

  private static boolean has(Throwable failure, ProblemCode code) {
    return failure instanceof ProblemException problem && problem.problem().code() == code;
  }

  @Override
  public void close() {
    later.shutdownNow();
    closed = true;
    try {
      for (Thread thread : threads) {
        thread.join(CLOSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Turn {
    void take(Current current);
  }

  private final class Reading implements Turn {
    private final Feed feed;

    Reading(Feed feed) {
      this.feed = feed;
    }

    @Override
    public void take(Current current) {
      serve(feed, current);
    }
  }

  /** The reader that a thread has open: the next query is often one of the same stream. */
  private final class Current {
    private @Nullable CatalogStream stream;
    private @Nullable LogReader reader;

    LogReader readerOf(CatalogStream wanted) {
      LogReader open = reader;
      if (open != null && wanted.equals(stream)) {
        return open;
      }
      close();
      LogReader opened = eventLog.openLent(wanted);
      stream = wanted;
      reader = opened;
      return opened;
    }

    void close() {
      if (reader != null) {
        reader.close();
        reader = null;
      }
    }
  }
}
