package dev.sluice.engine.deadletter;

import dev.sluice.engine.deadletter.DeadLetter.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of a replay.
 *
 * @param replayed letters that are events now
 * @param rejected how many were not taken again, by code
 * @param absent how many were named and are not there
 * @param first the first of those that were not taken again, {@link #MOST_TOLD} at most
 */
public record Replayed(long replayed, Map<String, Long> rejected, long absent, List<Again> first) {
  static final int MOST_TOLD = 100;

  public Replayed {
    rejected = Map.copyOf(rejected);
    first = List.copyOf(first);
  }

  /** A letter that was not taken again, and why not. */
  public record Again(long offset, Reason reason) {}

  /** Counts them. */
  static final class Tally {
    private final Map<String, Long> rejected = new TreeMap<>();
    private final List<Again> first = new ArrayList<>();
    private long replayed;
    private long seen;

    void rejected(long offset, Reason reason) {
      seen++;
      rejected.merge(reason.code(), 1L, Long::sum);
      if (first.size() < MOST_TOLD) {
        first.add(new Again(offset, reason));
      }
    }

    void replayed(int letters) {
      seen += letters;
      replayed += letters;
    }

    long replayed() {
      return replayed;
    }

    Replayed total(Selection selection) {
      long named = selection.offsets() == null ? seen : selection.offsets().size();
      return new Replayed(replayed, rejected, named - seen, first);
    }
  }
}
