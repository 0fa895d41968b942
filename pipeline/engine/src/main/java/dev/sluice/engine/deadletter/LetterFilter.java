package dev.sluice.engine.deadletter;

import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which letters are meant.
 *
 * @param codes any of them; empty: all
 * @param from not rejected before, ms of the epoch; {@link Long#MIN_VALUE}: since ever
 * @param to rejected before, ms of the epoch; {@link Long#MAX_VALUE}: until ever
 * @param device whether a letter is of the device that is meant; null: all are
 */
public record LetterFilter(
    Set<String> codes, long from, long to, @Nullable Predicate<DeadLetter> device) {
  static final LetterFilter ALL = new LetterFilter(Set.of(), Long.MIN_VALUE, Long.MAX_VALUE, null);

  public LetterFilter {
    codes = Set.copyOf(codes);
  }

  /** Whether nothing but the code decides. */
  boolean byCodeAlone() {
    return from == Long.MIN_VALUE && to == Long.MAX_VALUE && device == null;
  }

  boolean has(DeadLetter letter) {
    return (codes.isEmpty() || codes.contains(letter.reason().code()))
        && letter.time() >= from
        && letter.time() < to
        && (device == null || device.test(letter));
  }
}
