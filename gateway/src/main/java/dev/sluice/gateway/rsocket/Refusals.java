package dev.sluice.gateway.rsocket;

import dev.sluice.engine.catalog.Author;
import dev.sluice.gateway.audit.RefusedAttempts;
import dev.sluice.gateway.presence.Peer;
import dev.sluice.gateway.security.Caller;
import dev.sluice.model.problem.ProblemException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells what connections and requests were refused, of all that failed. */
record Refusals(RefusedAttempts attempts) {
  private static final String FACE = "rsocket";

  /** Of a request whose caller is known. */
  void tell(RSocketDoor.Request request, Throwable failure) {
    tell(request.caller(), request.peer(), request.route(), failure);
  }

  /**
   * @param caller null: whoever it is was not let in
   * @param what the route, or that it was the set-up; null: it has no route
   */
  void tell(@Nullable Caller caller, Peer from, @Nullable String what, Throwable failure) {
    if (failure instanceof ProblemException refusal) {
      attempts.tell(
          new Author(
              caller == null ? RefusedAttempts.NOT_LET_IN : caller.subject(), FACE, from.address()),
          "request",
          Objects.requireNonNullElse(what, ""),
          refusal.problem().code().status());
    }
  }
}
