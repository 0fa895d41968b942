package dev.sluice.gateway.quota;

import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Hop;
import dev.sluice.engine.flow.Stage;
import dev.sluice.gateway.security.Quota.Kind;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * What is refused for the sake of quotas.
 *
 * <p>Shown as the hop {@code quotas}: how often by each kind, {@code refused-connections} and so
 * on, and of how many {@code callers} something is kept.
 */
final class Refusals {
  private final Map<Kind, LongAdder> counts = new EnumMap<>(Kind.class);
  private final Hop hop = new Hop(Stage.DOORS_IN, "quotas");

  Refusals() {
    for (Kind kind : Kind.values()) {
      counts.put(kind, hop.counting("refused-" + kind.text()));
    }
  }

  void show(Flow flow, LongSupplier callers) {
    flow.add(hop.state("callers", callers));
  }

  /**
   * @param remedy what to do
   */
  Problem refuse(Kind kind, long limit, String remedy) {
    Objects.requireNonNull(counts.get(kind)).increment();
    return Problem.ofField(
        ProblemCode.QUOTA_EXCEEDED,
        kind.text(),
        "your quota of " + kind.text() + " is " + limit + ": " + remedy);
  }
}
