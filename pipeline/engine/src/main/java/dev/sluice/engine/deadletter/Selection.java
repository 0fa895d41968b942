package dev.sluice.engine.deadletter;

import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The letters that are to be sent again or deleted.
 *
 * @param offsets these, if {@code filter} has them too; null: all that it has
 */
public record Selection(LetterFilter filter, @Nullable NavigableSet<Long> offsets) {
  public Selection {
    offsets = offsets == null ? null : new TreeSet<>(offsets);
  }

  boolean byIndexAlone() {
    return offsets == null && filter.byCodeAlone();
  }

  boolean has(DeadLetter letter) {
    return (offsets == null || offsets.contains(letter.offset())) && filter.has(letter);
  }
}
