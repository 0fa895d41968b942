package dev.sluice.engine.catalog;

import dev.sluice.engine.catalog.Declared.Outcome;
import dev.sluice.engine.log.EventLog;
import dev.sluice.model.stream.StreamDefinition;
import io.r2dbc.spi.Connection;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** How streams change; the caller has locked the name. */
final class StreamChanges {
  private final CatalogTables tables;
  private final EventLog log;

  StreamChanges(CatalogTables tables, EventLog log) {
    this.tables = tables;
    this.log = log;
  }

  Mono<Declared> declare(Connection connection, StreamDefinition stream, Optional<Found> there) {
    ViewChanges.requireKind(there, false);
    Mono<Declared> declared =
        there.isEmpty() ? create(connection, stream) : change(connection, there.get(), stream);
    return declared.flatMap(
        done -> tables.audit().declared(connection, there, done).thenReturn(done));
  }

  private Mono<Declared> create(Connection connection, StreamDefinition stream) {
    return log.createTopics(stream)
        .then(tables.nextRevision(connection))
        .flatMap(revision -> tables.insert(connection, stream, revision))
        .map(created -> new Declared(created, Outcome.CREATED));
  }

  private Mono<Declared> change(Connection connection, Found found, StreamDefinition after) {
    CatalogStream before = found.stream();
    StreamChange change = new StreamChange(before.definition(), after);
    change.requireCompatible();
    Mono<Void> unread =
        change.changesResults()
            ? ViewChanges.requireUnread(
                tables, connection, found, "given another lateness or dedupe span")
            : Mono.empty();
    Mono<Void> topics = unread.then(Mono.defer(() -> log.createTopics(after)));
    if (before.definition().equals(after)) {
      return topics.thenReturn(new Declared(before, Outcome.UNCHANGED));
    }
    return topics
        .then(tables.nextRevision(connection))
        .map(revision -> change.changesResults() ? revision : before.generation())
        .flatMap(generation -> tables.update(connection, after, generation))
        .map(changed -> new Declared(changed, Outcome.CHANGED));
  }
}
