package dev.sluice.engine.query;

import dev.sluice.engine.log.LogReader;
import dev.sluice.engine.query.Feed.Next;
import dev.sluice.engine.tail.Tail;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.problem.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log for a feed that is not at the tail: for itself, or with another whose reader comes
 * by. By one catch-up reader's thread at a time.
 */
final class LogReading {
  /** How long it takes at most of a batch that was read for another; else it stays behind. */
  private static final long RIDE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** So many events of the log are little enough to wait until another has read them. */
  private static final long NEAR = 8L * EventBatch.MAX_ROWS;

  /** How long it waits for a poll; also how long it works at one before it delivers. */
  private static final Duration POLL = Duration.ofMillis(50);

  private final Feed feed;
  private final Computation computation;
  private final Prepared query;
  private final Coverage coverage;
  private final Portions portions;
  private final FeedScans scans;
  private final Clock clock;
  private @Nullable Replay replay;
  private volatile @Nullable TableStart table;
  private Runnable onReady = () -> {};
  private boolean started;

  /** What of the last poll it was not given yet. */
  private final Deque<EventBatch> unread = new ArrayDeque<>();

  /**
   * @param table that has what comes first; null: the log has
   */
  LogReading(
      Feed feed,
      Prepared query,
      @Nullable TableStart table,
      Coverage coverage,
      Portions portions,
      int dedupeCapacity,
      Clock clock) {
    this.feed = feed;
    this.computation = feed.computation();
    this.query = query;
    this.coverage = coverage;
    this.portions = portions;
    this.scans = new FeedScans(computation, dedupeCapacity);
    this.clock = clock;
    this.replay = query.replay();
    this.table = table;
  }

  /**
   * Begins with what has to be there before it can read.
   *
   * @param ready called when it can, and again whenever {@link #read} has had to let go of a table
   */
  void begin(Runnable ready) {
    onReady = ready;
    TableStart first = table;
    if (first == null) {
      ready.run();
    } else {
      first.begin(ready);
    }
  }

  /** Lets go of what others hold for it. Any thread. */
  void close() {
    TableStart reading = table;
    if (reading != null) {
      reading.close();
    }
  }

  /** Whether its place in the log is found. */
  boolean hasStarted() {
    return started;
  }

  /** Whether a table is read, which comes before all that the log has. */
  boolean isAtTable() {
    return table != null;
  }

  /** Whether it plays the past at a pace. */
  boolean isPlaying() {
    return replay != null;
  }

  /**
   * Reads the log for a while.
   *
   * @param readers asked for a reader if one is needed
   * @param along given what was read, for others of the stream
   * @param yield whether to stop after the next poll, because others wait; first asked when there
   *     is something new to read
   */
  Next read(Supplier<LogReader> readers, Consumer<List<EventBatch>> along, BooleanSupplier yield) {
    if (feed.isClosed()) {
      return Next.DONE;
    }
    feed.inTurn(coverage::seal);
    TableStart first = table;
    Next next = first == null ? play() : readTable(first, yield);
    if (next != null) {
      return next;
    }
    LogReader reader = readers.get();
    if (!started) {
      // Reading comes in the next turn: those who begin together are then read for together.
      return !start(reader) ? Next.LATER : feed.stepOntoRing() ? Next.LIVE : Next.MORE;
    }
    if (feed.stepOntoRing()) {
      return Next.LIVE;
    }
    scans.resume(reader);
    if (replay != null) {
      scans.holdBack(reader, replay.held());
    }
    List<EventBatch> batches;
    do {
      next = feed.next();
      if (next != null) {
        return next;
      }
      boolean fresh = unread.isEmpty();
      batches = fresh ? reader.poll(POLL) : List.copyOf(unread);
      List<EventBatch> read = batches;
      feed.inTurn(
          () -> {
            add(read);
            tell();
          });
      if (fresh && !batches.isEmpty()) {
        along.accept(batches);
      }
      next = play();
      if (next != null) {
        return next;
      }
      if (replay == null) {
        scans.holdBack(reader, batches.isEmpty());
      } else {
        scans.holdBack(reader, replay.held());
      }
    } while ((!batches.isEmpty() && unread.isEmpty() && scans.isWarmingUp())
        || !yield.getAsBoolean());
    return Next.MORE;
  }

  /** Reads a table for a while; null if the log goes on from here. */
  private @Nullable Next readTable(TableStart first, BooleanSupplier yield) {
    if (!started && !start(first::start)) {
      return leave(first);
    }
    do {
      Next next = feed.next();
      if (next != null) {
        return next;
      }
      List<EventBatch> batches = unread.isEmpty() ? first.poll(POLL) : List.copyOf(unread);
      if (batches == null) {
        return isReadAgain(first) ? Next.ALONG : leave(first);
      }
      feed.inTurn(
          () -> {
            add(batches);
            tell();
          });
      if (unread.isEmpty() && first.isExhausted()) {
        return leave(first);
      }
    } while (!yield.getAsBoolean());
    return Next.MORE;
  }

  /**
   * Reads the rest of a table whose connection was lost, or was wanted by others while nobody took
   * rows. The log may have no more of what is left.
   */
  private boolean isReadAgain(TableStart first) {
    TableStart rest = first.again(computation.reach().positions());
    if (rest == null) {
      return false;
    }
    first.close();
    table = rest;
    rest.begin(onReady);
    if (feed.isClosed()) {
      rest.close();
    }
    return true;
  }

  private @Nullable Next leave(TableStart first) {
    first.close();
    table = null;
    return started ? feed.next() : null;
  }

  /** Whether what is read for another comes by where this one is, and soon. */
  boolean isJustAheadOf(LogReading other) {
    return started
        && table == null
        && replay == null
        && computation.stream().equals(other.computation.stream())
        && computation.reach().isAheadOf(other.computation.reach(), NEAR);
  }

  /** Takes what was read for another. */
  Next ride(List<EventBatch> batches) {
    forget();
    boolean[] abreast = new boolean[1];
    feed.inTurn(
        () -> {
          deliveringWhatCame(() -> abreast[0] = batches.stream().allMatch(this::takesWhole));
          tell();
        });
    Next next = feed.next();
    return next != null ? next : abreast[0] ? Next.ALONG : Next.MORE;
  }

  private boolean takesWhole(EventBatch batch) {
    if (computation.reach().misses(batch)) {
      return false;
    }
    long until = System.nanoTime() + RIDE_NANOS;
    boolean whole;
    do {
      whole = portions.add(batch);
    } while (!whole && System.nanoTime() < until);
    return whole;
  }

  private void tell() {
    // Who has had a part already has no interest in early rows before the present.
    computation.tell(clock.millis(), query.token() == null);
  }

  /** Hands on what a replay's clock has reached; null if there may be more to read. */
  private @Nullable Next play() {
    Replay playing = replay;
    if (playing == null || !started) {
      return null;
    }
    long now = clock.millis();
    feed.inTurn(
        () -> {
          deliveringWhatCame(() -> playing.release(computation, now));
          replay = playing.isOver(now) ? null : playing;
          tell();
        });
    if (!feed.delivered()) {
      return Next.PARKED;
    }
    if (computation.finished()) {
      feed.finish();
      return Next.DONE;
    }
    return replay != null && playing.waits(computation, scans, now) ? Next.LATER : null;
  }

  /** How long it is until a replay may have something to do, ms; 0 if there is none. */
  long patience() {
    Replay playing = replay;
    return playing == null ? 0 : playing.patience(computation, clock.millis());
  }

  /** Lets go of what it remembers of the log for its next turn; it will read that again. */
  void forget() {
    if (replay == null && table == null) {
      scans.clear();
      unread.clear();
    }
  }

  private void add(List<EventBatch> batches) {
    if (replay != null && batches.isEmpty()) {
      // All that there was has been played: the rest comes as it happens.
      replay = replay.held().isEmpty() && scans.areAtTheEnd() ? null : replay;
    }
    if (replay != null) {
      replay.hold(batches, clock.millis());
      return;
    }
    unread.clear();
    unread.addAll(batches);
    long until = System.nanoTime() + POLL.toNanos();
    deliveringWhatCame(
        () -> {
          while (!unread.isEmpty() && !feed.isClosed() && System.nanoTime() < until) {
            if (portions.add(unread.element())) {
              unread.remove();
            }
          }
        });
  }

  private void deliveringWhatCame(Runnable step) {
    try {
      step.run();
    } catch (ProblemException e) {
      // What came before it is the subscribers', and may have been all that a LIMIT asked for.
      computation.delivery().all();
      throw e;
    }
  }

  /** Finds where to begin; false while the tail is not known, whose end is the beginning. */
  private boolean start(LogReader reader) {
    Tail tail = feed.tail();
    Beginning.Found found = coverage.found();
    Beginning.Found beginning =
        found != null
            ? found
            : new Beginning(query, coverage.range(), clock, reader)
                .find(tail == null ? null : tail.ring().head());
    return beginning != null
        && start(
            started -> {
              beginning.start(started);
              return true;
            });
  }

  private boolean start(Predicate<Computation> begin) {
    feed.inTurn(
        () -> {
          if (begin.test(computation)) {
            started = true;
            // Who is cut before the first row knows where to go on.
            computation.subscribers().forEach(computation.telling()::greet);
          }
        });
    return started;
  }
}
