package dev.sluice.gateway.audit;

import dev.sluice.engine.catalog.Author;
import dev.sluice.gateway.own.OwnEvent;
import dev.sluice.gateway.own.OwnStreams;
import dev.sluice.gateway.own.OwnWriter;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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
    return Mono.deferContextual(
            context ->
                writer.append(List.of(event(Author.in(context), action, kind, name, before))))
        .timeout(APPENDING)
        .onErrorMap(Deeds::untold);
  }

  private OwnEvent event(Author author, String action, String kind, String name, JsonNode before) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("ts", clock.instant());
    values.put("id", UUID.randomUUID().toString());
    values.put("subject", author.subject());
    values.put("face", author.face());
    values.put("address", author.address());
    values.put("action", action);
    values.put("kind", kind);
    values.put("name", name);
    values.put("outcome", "asked");
    values.put("before", before.toString());
    return new OwnEvent(values);
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
