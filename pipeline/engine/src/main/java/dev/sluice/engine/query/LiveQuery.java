package dev.sluice.engine.query;

import dev.sluice.model.stream.FieldType;
import java.util.List;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;

/** A query that was understood, ready to run. */
public interface LiveQuery {

  /**
   * The columns of its rows, window_start and window_end first where they were added, and filled
   * last where silent groups have rows.
   */
  List<OutputColumn> columns();

  /** Whether it ends by itself: it has a {@code to}, or a LIMIT. */
  boolean bounded();

  /** Whether the token that it was asked to go on after is that of its end: nothing is to come. */
  boolean finished();

  /** The same for a subscriber behind whom nothing waits. */
  default Flux<QueryEvent> events(QueryEvent.Format format) {
    return events(format, () -> 0);
  }

  /**
   * Runs it for one subscriber, who wants the events in one format. Ends after an event of kind END
   * or ERROR; never fails by {@code onError}. Demand is honoured; what is not requested waits in
   * the subscriber's buffer. When that is full, what was asked for as {@code overflow} decides: the
   * stream ends with SLOW_SUBSCRIBER, or rows are dropped and counted in a GAP event. A query that
   * reads the past waits for its subscribers instead.
   *
   * @param outbound bytes that wait behind the subscriber, in its connection: they count too. Asked
   *     on any thread
   */
  Flux<QueryEvent> events(QueryEvent.Format format, LongSupplier outbound);

  /**
   * Bytes of heap, about, that what computes it holds, shared with others or not, as of about a
   * second ago; 0 before it runs. Any thread.
   */
  default long stateBytes() {
    return 0;
  }

  /** A column of the result. */
  record OutputColumn(String name, FieldType type) {}
}
