package dev.sluice.engine.deadletter;

import java.util.List;

/**
 * Some letters.
 *
 * @param entries in the order that was asked for
 * @param at offset that was looked at last, in that order; where the next page goes on behind
 * @param more whether there may be more behind it
 * @param begin offset before which nothing is kept
 */
public record LetterPage(List<Entry> entries, long at, boolean more, long begin) {
  public LetterPage {
    entries = List.copyOf(entries);
  }
}
