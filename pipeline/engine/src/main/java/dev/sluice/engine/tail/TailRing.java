package dev.sluice.engine.tail;

import dev.sluice.model.event.EventBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The newest batches of a stream, numbered by the order in which they came. Written by one thread,
 * read by any.
 */
public final class TailRing {
  private static final int MAX_CAPACITY = 65_536;

  private final @Nullable EventBatch[] batches;
  private final long[] positions;
  private final long[] watermarks;
  private long next;
  private long events;
  private long passed;
  private boolean ready;

  /**
   * @param capacity batches; 1 to 65,536
   */
  TailRing(int capacity, int partitions) {
    if (capacity < 1 || capacity > MAX_CAPACITY) {
      throw new IllegalArgumentException(
          "sluice.tail.capacity must be 1..65536 batches: was " + capacity);
    }
    batches = new @Nullable EventBatch[capacity];
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
    System.arraycopy(fromPositions, 0, positions, 0, positions.length);
    System.arraycopy(fromWatermarks, 0, watermarks, 0, watermarks.length);
    next += batches.length;
    Arrays.fill(batches, null);
    ready = true;
  }

  synchronized void publish(EventBatch batch) {
    batches[(int) (next % batches.length)] = batch;
    next++;
    events += batch.size();
    positions[batch.partition()] = batch.nextOffset();
    watermarks[batch.partition()] = batch.endWatermark();
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
    EventBatch batch =
        number < next - batches.length ? null : batches[(int) (number % batches.length)];
    if (batch == null) {
      passed++;
      return Reading.PASSED;
    }
    return new Reading(State.THERE, batch);
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
    if (!ready) {
      return -1;
    }
    long[] earliest = positions.clone();
    long oldest = next;
    while (oldest > 0 && oldest > next - batches.length) {
      EventBatch batch = batches[(int) ((oldest - 1) % batches.length)];
      if (batch == null || covers(earliest, read)) {
        break;
      }
      earliest[batch.partition()] = batch.firstOffset();
      oldest--;
    }
    return covers(earliest, read) ? oldest : -1;
  }

  private static boolean covers(long[] earliest, long[] read) {
    for (int p = 0; p < read.length; p++) {
      if (read[p] < earliest[p]) {
        return false;
      }
    }
    return true;
  }

  int capacity() {
    return batches.length;
  }
}
