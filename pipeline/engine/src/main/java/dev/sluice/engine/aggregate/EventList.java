package dev.sluice.engine.aggregate;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Texts, each with the place of the event that it is of. */
final class EventList {
  static final int OVERHEAD = 512;

  /** Bytes of heap that an event takes beside its text; arrays are half empty at worst. */
  static final int PER_EVENT = 2 * 24 + Texts.OVERHEAD;

  private long[] times = new long[4];
  private int[] partitions = new int[4];
  private long[] offsets = new long[4];
  private byte[][] texts = new byte[4][];
  private int size;

  void add(long time, int partition, long offset, byte[] text) {
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      partitions = Arrays.copyOf(partitions, 2 * size);
      offsets = Arrays.copyOf(offsets, 2 * size);
      texts = Arrays.copyOf(texts, 2 * size);
    }
    times[size] = time;
    partitions[size] = partition;
    offsets[size] = offset;
    texts[size++] = text;
  }

  int size() {
    return size;
  }

  long time(int event) {
    return times[event];
  }

  int partition(int event) {
    return partitions[event];
  }

  long offset(int event) {
    return offsets[event];
  }

  byte[] text(int event) {
    return texts[event];
  }

  /** The events in their order. */
  int[] ordered() {
    return IntStream.range(0, size)
        .boxed()
        .sorted(this::compare)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private int compare(int a, int b) {
    return Order.compare(times[a], partitions[a], offsets[a], times[b], partitions[b], offsets[b]);
  }
}
