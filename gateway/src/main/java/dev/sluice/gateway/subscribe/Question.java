package dev.sluice.gateway.subscribe;

import dev.sluice.engine.query.QueryRequest;
import org.jspecify.annotations.Nullable;

/**
 * A question and how its answer is to look.
 *
 * @param ids whether each row of an NDJSON answer has its resume token beside it
 */
record Question(QueryRequest request, boolean ids) {

  /**
   * The same for a client that comes back.
   *
   * @param lastEventId what it says was the last event that it had; it counts more than {@code
   *     after}, which an EventSource sends again and again
   */
  Question after(@Nullable String lastEventId) {
    if (lastEventId == null || lastEventId.isEmpty()) {
      return this;
    }
    return new Question(request.resumedAfter(lastEventId), ids);
  }
}
