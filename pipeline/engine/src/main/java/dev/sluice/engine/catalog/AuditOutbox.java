package dev.sluice.engine.catalog;

import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * What was changed and was not handed on yet, in the order of the changes. A change is noted by its
 * own transaction, and forgotten when whoever takes it has it: at least once, with the same id.
 *
 * <p>Everything fails with CATALOG_UNAVAILABLE while PostgreSQL is away.
 */
public final class AuditOutbox {
  private static final int AT_ONCE = 64;

  private final CatalogConnections connections;
  private final AuditStatements notes;

  AuditOutbox(CatalogConnections connections, AuditStatements notes) {
    this.connections = connections;
    this.notes = notes;
  }

  /**
   * Hands on what there is, some at a time, unless another process is at it.
   *
   * @param taker completes when it has them
   * @return fails as the taker does; what it was given then comes again
   */
  public Mono<Void> handOn(Function<List<AuditRecord>, ? extends Publisher<Void>> taker) {
    return connections
        .inTransaction(
            connection ->
                notes
                    .tryLock(connection)
                    .filter(mine -> mine)
                    .flatMap(mine -> notes.first(connection, AT_ONCE))
                    .flatMap(
                        records ->
                            records.isEmpty()
                                ? Mono.just(0)
                                : Mono.from(taker.apply(records))
                                    .then(Mono.defer(() -> notes.delete(connection, records)))
                                    .thenReturn(records.size())))
        .defaultIfEmpty(0)
        .repeat()
        .takeUntil(handed -> handed < AT_ONCE)
        .then();
  }
}
