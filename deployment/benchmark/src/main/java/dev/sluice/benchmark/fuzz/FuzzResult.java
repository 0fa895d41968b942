package dev.sluice.benchmark.fuzz;

import java.util.List;
import java.util.Map;

/**
 * What came of it.
 *
 * @param inputs sent, by door
 * @param statuses of HTTP's answers, how many of each
 * @param byDesign answers that the gateway could not do it then
 * @param findings answers that must not be, at most {@link FuzzTrial#MOST_FINDINGS}
 * @param before what the gateway held after a warm-up
 * @param after what it held in the end
 * @param nothingLost whether it held no more in the end than before
 * @param rateBefore good frames a second, one after the other, after the warm-up
 * @param rateAfter the same in the end
 */
public record FuzzResult(
    Map<String, Long> inputs,
    Map<Integer, Long> statuses,
    long byDesign,
    List<String> findings,
    Held before,
    Held after,
    boolean nothingLost,
    double rateBefore,
    double rateAfter) {

  public FuzzResult {
    inputs = Map.copyOf(inputs);
    statuses = Map.copyOf(statuses);
    findings = List.copyOf(findings);
  }

  /** Whether nothing is wrong; rates are for people to judge. */
  public boolean good() {
    return findings.isEmpty() && nothingLost;
  }
}
