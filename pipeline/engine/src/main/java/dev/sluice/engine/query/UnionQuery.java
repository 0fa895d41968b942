package dev.sluice.engine.query;

import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.engine.resume.TokenCodec;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/**
 * UNION ALL of queries, each of which is computed, and shared, for itself: their events as those of
 * one.
 *
 * @param parts as they were understood
 * @param queries the same, ready to run
 */
record UnionQuery(List<Prepared> parts, TokenCodec codec, List<? extends LiveQuery> queries)
    implements LiveQuery {
  private static final Logger log = LoggerFactory.getLogger(UnionQuery.class);

  @Override
  public List<OutputColumn> columns() {
    return queries.get(0).columns();
  }

  @Override
  public boolean bounded() {
    return queries.stream().allMatch(LiveQuery::bounded);
  }

  @Override
  public boolean finished() {
    return new UnionAnswer(parts, codec).isOver();
  }

  @Override
  public long stateBytes() {
    return queries.stream().mapToLong(LiveQuery::stateBytes).sum();
  }

  /**
   * In turns of those that have something. Each tells where it begins before all else, so nothing
   * leaves before the place in all of them is known.
   */
  @Override
  public Flux<QueryEvent> events(Format format, LongSupplier outbound) {
    return Flux.defer(
        () -> {
          UnionAnswer answer = new UnionAnswer(parts, codec);
          List<Flux<Said>> all =
              IntStream.range(0, parts.size())
                  .mapToObj(
                      part ->
                          queries
                              .get(part)
                              .events(format, outbound)
                              .map(event -> new Said(part, (Told) event)))
                  .toList();
          return new RoundRobin<>(all, true)
              .concatMapIterable(said -> answer.take(said.part, said.event), 1)
              .takeUntil(UnionQuery::isLast)
              .onErrorResume(UnionQuery::failed);
        });
  }

  /** What one of the queries says. */
  private record Said(int part, Told event) {}

  private static boolean isLast(QueryEvent event) {
    return event.kind() == Kind.END || event.kind() == Kind.ERROR;
  }

  private static Flux<QueryEvent> failed(Throwable failure) {
    log.error("Union failed", failure);
    return Flux.just(QueryEvent.error(Feed.internal()));
  }
}
