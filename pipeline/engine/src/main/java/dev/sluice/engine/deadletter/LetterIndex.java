package dev.sluice.engine.deadletter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which offsets of a topic are letters that are still there, and of which code: a byte an offset.
 *
 * <p>A mark stands behind all letters that it names, so whatever cuts the topic off at its front,
 * retention or this house, cuts off a letter before its mark.
 */
final class LetterIndex {
  private static final int CHUNK = 4_096;

  /** What an offset is that is no letter, or no longer. */
  private static final byte NOTHING = 0;

  /** Different codes that are told apart; whatever comes beyond them is of the last one. */
  private static final int CODES = 126;

  private static final String OTHER = "OTHER";

  /** By the number of its first offset through {@link #CHUNK}. */
  private final TreeMap<Long, byte[]> chunks = new TreeMap<>();

  private final Map<String, Byte> numbers = new HashMap<>();
  private final List<String> codes = new ArrayList<>(List.of(""));
  private final long[] counts = new long[CODES + 2];
  private long begin;
  private long next;

  /** One that knows nothing of what is before an offset. */
  LetterIndex(long begin) {
    this.begin = begin;
    this.next = begin;
  }

  synchronized long begin() {
    return begin;
  }

  /** What is at it and behind it is not known yet. */
  synchronized long next() {
    return next;
  }

  synchronized void readTo(long offset) {
    next = Math.max(next, offset);
  }

  synchronized void letter(long offset, String code) {
    byte number = numbers.computeIfAbsent(code, this::number);
    byte[] chunk = chunks.computeIfAbsent(offset / CHUNK, unused -> new byte[CHUNK]);
    if (chunk[at(offset)] == NOTHING) {
      chunk[at(offset)] = number;
      counts[number]++;
    }
  }

  private byte number(String code) {
    if (codes.size() > CODES) {
      if (codes.size() == CODES + 1) {
        codes.add(OTHER);
      }
      return CODES + 1;
    }
    codes.add(code);
    return (byte) (codes.size() - 1);
  }

  /** The letters from one offset to another, both included, are no longer there; how many were. */
  synchronized long gone(long first, long last) {
    long were = 0;
    long from = Math.max(first, begin);
    if (last < from) {
      return 0;
    }
    for (Map.Entry<Long, byte[]> chunk :
        chunks.subMap(from / CHUNK, true, last / CHUNK, true).entrySet()) {
      long start = chunk.getKey() * CHUNK;
      int stop = (int) Math.min(CHUNK, last - start + 1);
      for (int i = (int) Math.max(0, from - start); i < stop; i++) {
        byte number = chunk.getValue()[i];
        if (number != NOTHING) {
          chunk.getValue()[i] = NOTHING;
          counts[number]--;
          were++;
        }
      }
    }
    return were;
  }

  /** Nothing before that offset is there any more. */
  synchronized void cutBefore(long offset) {
    if (offset <= begin) {
      return;
    }
    long unused = gone(begin, offset - 1);
    chunks.headMap(offset / CHUNK).clear();
    begin = offset;
    next = Math.max(next, offset);
  }

  synchronized boolean has(long offset) {
    return number(offset) != NOTHING;
  }

  private byte number(long offset) {
    if (offset < begin || offset >= next) {
      return NOTHING;
    }
    byte[] chunk = chunks.get(offset / CHUNK);
    return chunk == null ? NOTHING : chunk[at(offset)];
  }

  private static int at(long offset) {
    return (int) (offset % CHUNK);
  }

  /** The first letter at or behind an offset that has one of the codes; {@link #next()}: none. */
  synchronized long firstFrom(long offset, Set<String> wanted) {
    boolean[] good = numbersOf(wanted);
    long from = Math.max(offset, begin);
    for (Map.Entry<Long, byte[]> chunk : chunks.tailMap(from / CHUNK, true).entrySet()) {
      long start = chunk.getKey() * CHUNK;
      for (int i = (int) Math.max(0, from - start); i < CHUNK; i++) {
        if (good[chunk.getValue()[i]]) {
          return start + i;
        }
      }
    }
    return next;
  }

  /** The last letter before an offset that has one of the codes; -1: none. */
  synchronized long lastBefore(long offset, Set<String> wanted) {
    boolean[] good = numbersOf(wanted);
    long to = Math.min(offset, next) - 1;
    if (to < begin) {
      return -1;
    }
    for (Map.Entry<Long, byte[]> chunk :
        chunks.headMap(to / CHUNK, true).descendingMap().entrySet()) {
      long start = chunk.getKey() * CHUNK;
      for (int i = (int) Math.min(CHUNK - 1, to - start); i >= 0; i--) {
        if (good[chunk.getValue()[i]]) {
          return start + i;
        }
      }
    }
    return -1;
  }

  private boolean[] numbersOf(Set<String> wanted) {
    boolean[] good = new boolean[CODES + 2];
    if (wanted.isEmpty()) {
      Arrays.fill(good, 1, good.length, true);
    }
    wanted.forEach(
        code -> {
          Byte number = numbers.get(code);
          if (number != null) {
            good[number] = true;
          }
        });
    return good;
  }

  /** How many letters there are of each code that there are any of. */
  synchronized Map<String, Long> counts() {
    Map<String, Long> found = new TreeMap<>();
    for (int number = 1; number < codes.size(); number++) {
      if (counts[number] > 0) {
        found.put(codes.get(number), counts[number]);
      }
    }
    return found;
  }
}
