package dev.sluice.engine.catalog;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Instant;

/**
 * Says why a view cannot be built anew from a log of which retention has cut off the beginning.
 *
 * @param source whose log it is
 * @param view that was made of it
 */
record CutLog(String source, String view) {

  /**
   * @param from when on it is whole, ms of the epoch; {@link Long#MAX_VALUE}: it is empty
   */
  RuntimeException wouldLose(long from) {
    return problem(
        "retention has cut the log of %s off before %s, and %s has rows of before that would be lost: keep them, by ?keep=true, define a view of another name, or delete this one and define it anew"
            .formatted(source, from == Long.MAX_VALUE ? "now" : Instant.ofEpochMilli(from), view));
  }

  RuntimeException hasEmptyPartition() {
    return problem(
        "retention has cut off all that a partition of %s had, so that it does not show from when on windows are whole: ask again when each of its partitions has events"
            .formatted(source));
  }

  RuntimeException isOpen(long from, long closedAt) {
    return problem(
        "retention has cut the log of %s off before %s, and the table of %s does not have all windows that start before that yet: ask again when the view has closed them, at the watermark %s"
            .formatted(source, Instant.ofEpochMilli(from), view, Instant.ofEpochMilli(closedAt)));
  }

  RuntimeException meanwhile() {
    return problem(
        "retention has cut the log of %s off a little more just now: ask again".formatted(source));
  }

  private static RuntimeException problem(String detail) {
    return Problem.ofField(ProblemCode.POSITION_EXPIRED, "sql", detail).toException();
  }
}
