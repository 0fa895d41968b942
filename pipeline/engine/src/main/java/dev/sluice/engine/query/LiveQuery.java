package dev.sluice.engine.query;

import dev.sluice.model.stream.FieldType;
import java.util.List;
import reactor.core.publisher.Flux;

/** A query that was understood, ready to run. */
public interface LiveQuery {

  /** The columns of its rows, window_start and window_end first where they were added. */
  List<OutputColumn> columns();

  /** Whether it ends by itself: it has a {@code to}, or a LIMIT. */
  boolean bounded();

  /**
   * Runs it for one subscriber, who wants the events in one format. Ends after an event of kind END
   * or ERROR; never fails by {@code onError}. Demand is honoured; what is not requested waits in
   * the subscriber's buffer, and when that is full the oldest rows are dropped and counted in a GAP
   * event. A query that reads the past waits for its subscribers instead of dropping.
   */
  Flux<QueryEvent> events(QueryEvent.Format format);

  /** A column of the result. */
  record OutputColumn(String name, FieldType type) {}
}
