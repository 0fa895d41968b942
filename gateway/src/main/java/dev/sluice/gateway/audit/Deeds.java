package dev.sluice.gateway.audit;

import dev.sluice.engine.catalog.AuditRecord.Change;
import dev.sluice.engine.catalog.Author;
import dev.sluice.gateway.own.OwnStreams;
import dev.sluice.gateway.own.OwnWriter;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * What is done that no transaction of the catalog's makes: to a query that runs, to dead letters.
 * It is in the log before it is done, so that nothing is done untold. Usable on any thread.
 */
@Component
public class Deeds {
  private static final Duration APPENDING = Duration.ofSeconds(10);

  private final OwnWriter writer;
  private final Clock clock;

  Deeds(@Qualifier(OwnStreams.AUDIT) OwnWriter writer, Clock clock) {
    this.writer = writer;
    this.clock = clock;
  }

  /**
   * Tells what is about to be done, by whoever the request is from.
   *
   * @param before what it is to be done to
   * @return completes when it may be done; fails with LOG_UNAVAILABLE
   */
  public Mono<Void> tell(String action, String kind, String name, JsonNode before) {
    Change change = new Change(action, kind, name, "asked", before.toString(), null);
    return Mono.deferContextual(
            context ->
                writer.append(
                    List.of(AuditEvents.of(AuditEvents.now(clock, Author.in(context), change)))))
        .timeout(APPENDING)
        .onErrorMap(Deeds::untold);
  }

  private static RuntimeException untold(Throwable failure) {
    return Problem.of(
            ProblemCode.LOG_UNAVAILABLE,
            "nothing was done, because "
                + OwnStreams.AUDIT
                + " could not be told of it ("
                + failure.getMessage()
                + "): try again")
        .toException(failure);
  }
}
