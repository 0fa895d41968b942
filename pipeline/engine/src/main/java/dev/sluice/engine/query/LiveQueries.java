package dev.sluice.engine.query;

import dev.sluice.engine.sql.ReadRights;
import java.util.Map;
import reactor.core.publisher.Mono;

/** The door to live queries. */
public interface LiveQueries {

  /**
   * Parses, validates and plans a question.
   *
   * @param rights of who asks
   * @return the query, or a {@link dev.sluice.model.problem.ProblemException} with a code {@code
   *     QUERY_…}, FORBIDDEN, POSITION_EXPIRED or LOG_UNAVAILABLE; never on the caller's thread
   */
  Mono<LiveQuery> open(QueryRequest request, ReadRights rights);

  /**
   * The watermark of each partition of a stream, ms of the epoch, {@link Long#MIN_VALUE} where
   * nothing was read yet. Fails with STREAM_UNKNOWN or LOG_UNAVAILABLE.
   */
  Mono<Map<Integer, Long>> watermarks(String stream);
}
