package dev.sluice.engine.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The index of letters against a map of them. */
class LetterIndexProperties {
  private static final long OFFSETS = 10_000;

  /**
   * A stretch of letters of a code, of nothing (no code), or a cut; all by the same two numbers.
   */
  record Step(String kind, long from, int length) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of("A", "B", "C", "gone", "cut", "none"),
            Arbitraries.longs().between(0, OFFSETS),
            Arbitraries.integers().between(1, 5_000))
        .as(Step::new)
        .list()
        .ofMaxSize(20);
  }

  @Property(tries = 300)
  void itKnowsWhatIsThere(@ForAll("steps") List<Step> steps, @ForAll Set<Boolean> which) {
    LetterIndex index = new LetterIndex(0);
    TreeMap<Long, String> there = new TreeMap<>();
    long next = 0;
    long begin = 0;
    for (Step step : steps) {
      switch (step.kind()) {
        case "gone" -> {
          assertThat(index.gone(step.from(), step.from() + step.length()))
              .isEqualTo(there.subMap(step.from(), step.from() + step.length() + 1).size());
          there.subMap(step.from(), step.from() + step.length() + 1).clear();
        }
        case "cut" -> {
          begin = Math.max(begin, Math.min(step.from(), next));
          index.cutBefore(begin);
          there.headMap(begin).clear();
        }
        default -> {
          for (int i = 0; i < step.length(); i++, next++) {
            if (!step.kind().equals("none")) {
              index.letter(next, step.kind());
              there.put(next, step.kind());
            }
          }
          index.readTo(next);
        }
      }
    }
    Set<String> codes = which.contains(true) ? Set.of("A", "C") : Set.of();

    Map<String, Long> counts =
        there.values().stream().collect(Collectors.groupingBy(code -> code, Collectors.counting()));
    assertThat(index.counts()).isEqualTo(counts);
    assertThat(index.begin()).isEqualTo(begin);
    TreeMap<Long, String> wanted = new TreeMap<>(there);
    wanted.values().removeIf(code -> !codes.isEmpty() && !codes.contains(code));
    for (long at : List.of(0L, 4_095L, 4_096L, begin, next, next / 2)) {
      Long first = wanted.ceilingKey(at);
      Long last = wanted.lowerKey(at);
      assertThat(index.firstFrom(at, codes)).isEqualTo(first == null ? next : first);
      assertThat(index.lastBefore(at, codes)).isEqualTo(last == null ? -1 : last);
      assertThat(index.has(at)).isEqualTo(there.containsKey(at));
    }
  }
}
