package dev.sluice.engine.deadletter;

import java.util.Map;

/**
 * How many letters of a stream there are.
 *
 * @param codes by their code; those of which there is one
 * @param end offset up to which the topic was read for that
 */
public record LetterCounts(Map<String, Long> codes, long end) {
  public LetterCounts {
    codes = Map.copyOf(codes);
  }

  public long all() {
    return codes.values().stream().mapToLong(Long::longValue).sum();
  }
}
