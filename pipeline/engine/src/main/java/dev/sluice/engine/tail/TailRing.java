package dev.sluice.engine.tail;

import dev.sluice.model.event.EventBatch;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The newest batches of a stream, numbered by the order in which they came: as many as have no more
 * events together than the ring may hold. Written by one thread, read by any.
 */
public final class TailRing {
  /** Batches of few events are many; more than these are not held. */
  private static final int SLOTS = 8_192;

  private final @Nullable EventBatch[] batches = new @Nullable EventBatch[SLOTS];
  private final int capacity;

  /** Where the oldest batches begin. */
  private final long[] reaches;

  private final long[] positions;
  private final long[] watermarks;
  private long oldest;
  private long next;
  private long fill;
  private long events;
  private long passed;
  private boolean ready;

  /**
   * @param capacity events; at least those of a batch
   */
  TailRing(int capacity, int partitions) {
    if (capacity < EventBatch.MAX_ROWS) {
      throw new IllegalArgumentException(
          "sluice.tail.capacity must be at least "
              + EventBatch.MAX_ROWS
              + " events: was "
              + capacity);
    }
    this.capacity = capacity;
    reaches = new long[partitions];
    positions = new long[partitions];
    watermarks = new long[partitions];
  }

  /**
   * Where the ring's end is: what comes next has this number, and begins at these offsets with
   * these watermarks.
   */
  @SuppressWarnings("ArrayRecordComponent") // copies, never compared
  public record Head(long next, long[] positions, long[] watermarks, long events) {}

  /** What there is at a number. */
  public enum State {
    THERE,
    NOT_YET,
    PASSED
  }

  /**
   * @param batch not null exactly if it is there
   */
  public record Reading(State state, @Nullable EventBatch batch) {
    private static final Reading NOT_YET = new Reading(State.NOT_YET, null);
    private static final Reading PASSED = new Reading(State.PASSED, null);
  }

  /**
   * Begins, or begins again after the log was lost sight of: nobody's place is on the ring any
   * more.
   */
  synchronized void start(long[] fromPositions, long[] fromWatermarks) {
    System.arraycopy(fromPositions, 0, reaches, 0, reaches.length);
    System.arraycopy(fromPositions, 0, positions, 0, positions.length);
    System.arraycopy(fromWatermarks, 0, watermarks, 0, watermarks.length);
    // Who waits for the next number has missed something too.
    next++;
    oldest = next;
    fill = 0;
    Arrays.fill(batches, null);
    ready = true;
  }

  synchronized void publish(EventBatch batch) {
    while (next > oldest && (fill + batch.size() > capacity || next - oldest == SLOTS)) {
      EventBatch passing = at(oldest);
      fill -= passing.size();
      reaches[passing.partition()] = passing.nextOffset();
      batches[slot(oldest)] = null;
      oldest++;
    }
    batches[slot(next)] = batch;
    next++;
    fill += batch.size();
    events += batch.size();
    positions[batch.partition()] = batch.nextOffset();
    watermarks[batch.partition()] = batch.endWatermark();
  }

  private static int slot(long number) {
    return (int) (number % SLOTS);
  }

  private EventBatch at(long number) {
    return Objects.requireNonNull(batches[slot(number)]);
  }

  /** The end of the ring; null while the tail is not known exactly yet. */
  public synchronized @Nullable Head head() {
    return ready ? new Head(next, positions.clone(), watermarks.clone(), events) : null;
  }

  /** The number of the batch that comes next. */
  synchronized long next() {
    return next;
  }

  /** The batch with this number. */
  public synchronized Reading read(long number) {
    if (number >= next) {
      return Reading.NOT_YET;
    }
    if (number < oldest) {
      passed++;
      return Reading.PASSED;
    }
    return new Reading(State.THERE, at(number));
  }

  /** How often somebody asked for a batch that was no longer there. */
  synchronized long passed() {
    return passed;
  }

  /**
   * The number from which a reader who has read each partition up to these offsets misses nothing,
   * or -1 if the ring no longer reaches back so far. Batches from there on may begin before the
   * reader's offsets: it skips what it has.
   */
  public synchronized long join(long[] read) {
    // Most who ask are too far behind; they ask often.
    if (!ready || !covers(reaches, read)) {
      return -1;
    }
    long[] earliest = positions.clone();
    long number = next;
    while (number > oldest && !covers(earliest, read)) {
      number--;
      earliest[at(number).partition()] = at(number).firstOffset();
    }
    return number;
  }

  private static boolean covers(long[] earliest, long[] read) {
    for (int p = 0; p < read.length; p++) {
      if (read[p] < earliest[p]) {
        return false;
      }
    }
    return true;
  }

  /** Events in the ring from this number on. */
  synchronized long eventsFrom(long number) {
    long sum = 0;
    for (long i = Math.max(number, oldest); i < next; i++) {
      sum += at(i).size();
    }
    return sum;
  }

  int capacity() {
    return capacity;
  }
}
