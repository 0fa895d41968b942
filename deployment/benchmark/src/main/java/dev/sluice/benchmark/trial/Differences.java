package dev.sluice.benchmark.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says how rows differ from what they must be. */
final class Differences {
  private static final int SHOWN = 5;

  private Differences() {}

  /**
   * Goes through both lists side by side.
   *
   * @param expected sorted
   * @param actual sorted
   * @return empty if they are the same
   */
  static Optional<String> of(String what, List<String> expected, List<String> actual) {
    List<String> missing = new ArrayList<>();
    List<String> tooMany = new ArrayList<>();
    int e = 0;
    int a = 0;
    while (e < expected.size() || a < actual.size()) {
      int order =
          e == expected.size()
              ? 1
              : a == actual.size() ? -1 : expected.get(e).compareTo(actual.get(a));
      if (order < 0) {
        missing.add(expected.get(e++));
      } else if (order > 0) {
        tooMany.add(actual.get(a++));
      } else {
        e++;
        a++;
      }
    }
    return missing.isEmpty() && tooMany.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s: of %d rows %d are missing %s, and %d are there that must not be %s"
                .formatted(
                    what,
                    expected.size(),
                    missing.size(),
                    some(missing),
                    tooMany.size(),
                    some(tooMany)));
  }

  private static List<String> some(List<String> rows) {
    return rows.subList(0, Math.min(SHOWN, rows.size()));
  }
}
