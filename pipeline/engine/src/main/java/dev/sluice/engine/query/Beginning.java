package dev.sluice.engine.query;

import dev.sluice.engine.log.LogReader;
import dev.sluice.engine.log.LogReader.RecordPosition;
import dev.sluice.engine.plan.Window;
import dev.sluice.engine.query.Range.Start;
import dev.sluice.engine.resume.Offsets;
import dev.sluice.engine.tail.TailRing;
import dev.sluice.model.json.ColumnJson;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds where in the log a query begins, and where it ends. */
final class Beginning {
  private final Prepared query;
  private final Range range;
  private final boolean resumed;
  private final int partitions;
  private final StreamDefinition stream;
  private final @Nullable Window window;
  private final Clock clock;
  private final LogReader reader;

  Beginning(Prepared query, Clock clock, LogReader reader) {
    this(query, query.range(), clock, reader);
  }

  /**
   * @param range what is read, which may be more than what was asked
   */
  Beginning(Prepared query, Range range, Clock clock, LogReader reader) {
    this.query = query;
    this.range = range;
    // Somebody comes back to a place: a problem is one of it.
    this.resumed = query.token() != null;
    this.stream = query.stream().definition();
    this.partitions = stream.storage().partitions();
    this.window = query.plan().reading();
    this.clock = clock;
    this.reader = reader;
  }

  /**
   * What was found.
   *
   * @param from first event time that the query has, ms of the epoch; {@link Long#MIN_VALUE} for
   *     none
   * @param firstWindow the first window whose rows it has
   * @param isCut whether the watermarks are those at the offsets, and not only lower bounds of what
   *     they will be at {@code from}
   * @param ends where each partition ends, {@link Long#MAX_VALUE} if nowhere
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Found(long from, long firstWindow, Offsets at, boolean isCut, long[] ends) {
    void start(Computation computation) {
      if (isCut) {
        computation.startAt(from, at, ends);
      } else {
        computation.beginWith(firstWindow);
        computation.start(from, at.offsets(), at.watermarks(), ends);
      }
    }
  }

  /**
   * The question with what can be known without the tail.
   *
   * @throws ProblemException POSITION_EXPIRED
   */
  Prepared known() {
    Map<Integer, Long> present = reader.endOffsets();
    List<Long> ends = range.ends();
    if (range.endsAtPresent() && ends == null) {
      ends = IntStream.range(0, partitions).mapToObj(p -> present.getOrDefault(p, 0L)).toList();
    }
    return query.at(ends, find(null, present, ends));
  }

  /**
   * @param head of the tail; null while it is not known
   * @return null if the tail's end is the beginning, and is not known
   * @throws ProblemException POSITION_EXPIRED
   */
  @Nullable Found find(TailRing.@Nullable Head head) {
    // The ends come first: what is appended after them belongs to the tail, whatever its time is.
    return find(head, reader.endOffsets(), range.ends());
  }

  private @Nullable Found find(
      TailRing.@Nullable Head head, Map<Integer, Long> present, @Nullable List<Long> known) {
    long[] ends = filled(partitions, Long.MAX_VALUE);
    if (range.endsAtPresent()) {
      present.forEach((p, end) -> ends[p] = known == null ? end : known.get(p));
    }
    if (range.start() == Start.TAIL) {
      if (head == null) {
        return null;
      }
      Offsets end = new Offsets(head.positions(), head.watermarks());
      return new Found(range.from(), range.from(), end, true, ends);
    }
    Offsets cut = range.cut();
    if (cut != null) {
      requireThere(cut, present);
      return new Found(range.from(), range.from(), cut, true, ends);
    }
    long from = range.from();
    if (range.start() == Start.OWN_WATERMARK) {
      if (head == null) {
        return null;
      }
      from = ownWindow(head.watermarks());
    }
    Map<Integer, Long> begins = reader.beginOffsets();
    from = checkRetained(begins, from);
    long[] offsets = filled(partitions, 0);
    Map<Integer, RecordPosition> found =
        from == Long.MIN_VALUE ? Map.of() : reader.positionsAt(times(begins.keySet(), from));
    for (int p = 0; p < partitions; p++) {
      RecordPosition position = found.get(p);
      offsets[p] =
          from == Long.MIN_VALUE
              ? begins.getOrDefault(p, 0L)
              : position == null ? present.getOrDefault(p, 0L) : position.offset();
    }
    Offsets at = new Offsets(offsets, filled(partitions, Long.MIN_VALUE));
    long first = range.start() == Start.TIME ? range.first() : firstWindow(from);
    return new Found(from, first, at, false, ends);
  }

  private long firstWindow(long from) {
    return from == Long.MIN_VALUE ? from : from + query.plan().lead();
  }

  private void requireThere(Offsets cut, Map<Integer, Long> ends) {
    Map<Integer, Long> begins = reader.beginOffsets();
    for (int p = 0; p < cut.offsets().length; p++) {
      long offset = cut.offsets()[p];
      if (offset < begins.getOrDefault(p, 0L) || offset > ends.getOrDefault(p, offset)) {
        throw expired(earliestGood(begins));
      }
    }
  }

  /** The window that the stream's watermark is in: the least of the partitions that have one. */
  private long ownWindow(long[] watermarks) {
    long least =
        Arrays.stream(watermarks)
            .filter(watermark -> watermark != Long.MIN_VALUE)
            .min()
            .orElse(Long.MIN_VALUE);
    Window own = Objects.requireNonNull(window);
    return least == Long.MIN_VALUE ? least : own.startAtOrBefore(least) - query.plan().lead();
  }

  /**
   * Where retention has cut a partition, a start is good if a retained record before it is more
   * than the lateness older (the first that is so much younger than the oldest, which may itself
   * have been late), or if it is no older than the retention: what age has cut is.
   *
   * @return the start, which for {@code earliest} is the first that is good
   */
  private long checkRetained(Map<Integer, Long> begins, long from) {
    long good = earliestGood(begins);
    if (range.start() == Start.EARLIEST) {
      return good;
    }
    if (from < good) {
      throw expired(good);
    }
    return from;
  }

  private ProblemException expired(long good) {
    return Problem.ofField(
            ProblemCode.POSITION_EXPIRED,
            resumed ? "after" : "from",
            "the log no longer has all of this time: the earliest good start is "
                + (good == Long.MIN_VALUE
                    ? "earliest"
                    : "from=" + ColumnJson.instant(firstWindow(good))))
        .toException();
  }

  /** The first start that is good; {@link Long#MIN_VALUE} if any is. */
  private long earliestGood(Map<Integer, Long> begins) {
    Map<Integer, Long> cut = new HashMap<>();
    begins.forEach(
        (partition, begin) -> {
          if (begin > 0) {
            cut.put(partition, 0L);
          }
        });
    if (cut.isEmpty()) {
      return Long.MIN_VALUE;
    }
    long lateness = stream.time().lateness().toMillis();
    long youngestCut =
        stream.time().historical() || stream.source() != null
            ? Long.MAX_VALUE
            : clock.millis() - stream.storage().retention().toMillis();
    Map<Integer, RecordPosition> oldest = reader.positionsAt(cut);
    long good = Long.MIN_VALUE;
    for (Integer partition : cut.keySet()) {
      RecordPosition record = oldest.get(partition);
      long shown =
          record == null
              ? Long.MAX_VALUE
              : second(partition, record.timestamp() + lateness + 1) + lateness + 1;
      long evidence = Math.min(shown, youngestCut);
      // A historical partition that has nothing left says nothing about what it had.
      good = Math.max(good, evidence == Long.MAX_VALUE ? Long.MIN_VALUE : evidence);
    }
    if (good != Long.MIN_VALUE && window != null) {
      long lead = query.plan().lead();
      good = window.startAtOrAfter(good + lead) - lead;
    }
    return good;
  }

  /** The event time of the first record that is not before a time; that time if there is none. */
  private long second(int partition, long time) {
    RecordPosition found = reader.positionsAt(Map.of(partition, time)).get(partition);
    return found == null ? time : found.timestamp();
  }

  private static Map<Integer, Long> times(Iterable<Integer> partitions, long time) {
    Map<Integer, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, time));
    return times;
  }

  private static long[] filled(int length, long value) {
    long[] values = new long[length];
    Arrays.fill(values, value);
    return values;
  }
}
