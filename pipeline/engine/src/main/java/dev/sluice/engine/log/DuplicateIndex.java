package dev.sluice.engine.log;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The events of one partition that a later event may repeat: those whose time the watermark is not
 * past by more than the dedupe span.
 *
 * <p>Holds 128-bit fingerprints of (key, id, event time), 16 bytes an event at a load of at most
 * one half, in buckets of event time that are dropped whole. Two different events have the same
 * fingerprint with a probability of about 2⁻¹²⁸ a pair.
 */
final class DuplicateIndex {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int BUCKETS_PER_SPAN = 8;
  private static final int LEAST_BUCKET_MS = 1_000;

  private final long span;
  private final long bucketWidth;
  private final int capacity;
  private final TreeMap<Long, FingerprintSet> buckets = new TreeMap<>();
  private int size;

  // The bucket of the latest event, which is mostly the next one's too.
  private @Nullable FingerprintSet latest;
  private long latestNumber;
  private long oldestEnds = Long.MAX_VALUE;

  /**
   * @param span ms after its time during which an event's repetition is recognised
   * @param capacity most events held
   */
  DuplicateIndex(long span, int capacity) {
    this.span = span;
    this.bucketWidth = Math.max(span / BUCKETS_PER_SPAN, LEAST_BUCKET_MS);
    this.capacity = capacity;
  }

  /**
   * Half of an event's fingerprint.
   *
   * @param seed the event time, for the other half its complement
   * @param value bytes in which the id stands
   */
  static long fingerprint(
      long seed, byte @Nullable [] key, byte[] value, int idStart, int idLength) {
    long id = hash(mix(seed), value, idStart, idLength);
    return key == null ? id : hash(id, key, 0, key.length);
  }

  /** Of few bytes, eight at a time: the usual libraries' are made for many, and take longer. */
  private static long hash(long seed, byte[] bytes, int start, int length) {
    long hash = seed + length;
    int end = start + length;
    int i = start;
    for (; i + Long.BYTES <= end; i += Long.BYTES) {
      hash = mix(hash ^ (long) LONGS.get(bytes, i));
    }
    long rest = 0;
    for (; i < end; i++) {
      rest = rest << Byte.SIZE | (bytes[i] & 0xFF);
    }
    return mix(hash ^ rest);
  }

  /** Stafford's variant 13 of MurmurHash3's finalizer: each bit of the input turns half of it. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  /**
   * Whether the event repeats one that was seen; remembers it if not.
   *
   * @param watermark the partition's, before the event
   * @throws dev.sluice.model.problem.ProblemException DEDUPE_LIMIT if it cannot be remembered
   */
  boolean seen(long watermark, long eventTime, long high, long low) {
    if (watermark > eventTime + span) {
      return false;
    }
    if (!bucketOf(eventTime).add(high, low)) {
      return true;
    }
    if (++size > capacity) {
      throw Problem.of(
              ProblemCode.DEDUPE_LIMIT,
              "a partition has more than "
                  + capacity
                  + " different ids within the dedupe span: shorten the stream's dedupe, or raise sluice.dedupe.capacity")
          .toException();
    }
    return false;
  }

  private FingerprintSet bucketOf(long eventTime) {
    long number = Math.floorDiv(eventTime, bucketWidth);
    if (number != latestNumber || latest == null) {
      // Time goes on: the next span of it mostly has as many events as the last.
      int expected = latest != null && number == latestNumber + 1 ? latest.size() : 0;
      latestNumber = number;
      latest = buckets.computeIfAbsent(number, n -> new FingerprintSet(expected));
      oldestEnds = Math.min(oldestEnds, endOf(number));
    }
    return latest;
  }

  /** Drops what no later event can repeat any more. */
  void drop(long watermark) {
    if (watermark <= oldestEnds) {
      return;
    }
    while (!buckets.isEmpty() && endOf(buckets.firstKey()) < watermark) {
      size -= buckets.pollFirstEntry().getValue().size();
    }
    latest = null;
    oldestEnds = buckets.isEmpty() ? Long.MAX_VALUE : endOf(buckets.firstKey());
  }

  /** The watermark at which nothing in the bucket can be repeated any more. */
  private long endOf(long bucket) {
    return (bucket + 1) * bucketWidth + span;
  }

  /** Open addressing over pairs of longs; the pair (0, 0) stands for a free place. */
  private static final class FingerprintSet {
    private static final int LEAST_PLACES = 64;

    private long[] table;
    private int size;

    /**
     * @param expected how many it will probably hold
     */
    FingerprintSet(int expected) {
      table = new long[2 * Math.max(LEAST_PLACES, Integer.highestOneBit(4 * expected))];
    }

    int size() {
      return size;
    }

    boolean add(long high, long low) {
      long first = (high | low) == 0 ? 1 : high;
      if (4 * size >= table.length) {
        grow();
      }
      return insert(table, first, low);
    }

    private boolean insert(long[] into, long high, long low) {
      int mask = into.length / 2 - 1;
      int place = (int) (high ^ (high >>> 32)) & mask;
      while (true) {
        long h = into[2 * place];
        long l = into[2 * place + 1];
        if (h == high && l == low) {
          return false;
        }
        if ((h | l) == 0) {
          into[2 * place] = high;
          into[2 * place + 1] = low;
          size++;
          return true;
        }
        place = (place + 1) & mask;
      }
    }

    private void grow() {
      long[] old = table;
      long[] next = new long[2 * old.length];
      size = 0;
      for (int i = 0; i < old.length; i += 2) {
        if ((old[i] | old[i + 1]) != 0) {
          insert(next, old[i], old[i + 1]);
        }
      }
      table = next;
    }
  }
}
