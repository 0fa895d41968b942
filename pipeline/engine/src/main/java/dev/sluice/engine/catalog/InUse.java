package dev.sluice.engine.catalog;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.List;
import reactor.core.publisher.Mono;

/** What is read by a view must stay, and stay as it is. */
final class InUse {
  private InUse() {}

  /**
   * @param code of what is in use
   * @param what it cannot be, as "deleted"
   * @param how it is used, as "read"
   */
  static Mono<Void> require(
      Mono<List<String>> readers, ProblemCode code, String name, String what, String how) {
    return readers.flatMap(
        found -> {
          if (found.isEmpty()) {
            return Mono.empty();
          }
          boolean many = found.size() > 1;
          return Mono.error(
              Problem.of(
                      code,
                      "%s cannot be %s while it is %s by the view%s %s: delete %s first"
                          .formatted(
                              name,
                              what,
                              how,
                              many ? "s" : "",
                              String.join(", ", found),
                              many ? "those" : "that"))
                  .toException());
        });
  }
}
