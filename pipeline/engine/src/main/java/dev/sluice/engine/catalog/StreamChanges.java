package dev.sluice.engine.catalog;

import dev.sluice.engine.catalog.Declared.Outcome;
import dev.sluice.engine.log.EventLog;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import io.r2dbc.spi.Connection;
import java.util.List;
import java.util.Map;
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
    return tables
        .schemas()
        .of(connection, found.name())
        .map(versions -> new StreamChange(found.stream().definition(), after, versions))
        .doOnNext(StreamChange::requireCompatible)
        .flatMap(change -> change(connection, found, change));
  }

  private Mono<Declared> change(Connection connection, Found found, StreamChange change) {
    CatalogStream before = found.stream();
    StreamDefinition after = change.after();
    Mono<Void> topics =
        requireUnread(connection, found, change)
            .then(Mono.defer(() -> requireUnfed(connection, change)))
            .then(Mono.defer(() -> log.createTopics(after)));
    if (before.definition().equals(after)) {
      return topics.thenReturn(new Declared(before, Outcome.UNCHANGED));
    }
    return topics
        .then(tables.nextRevision(connection))
        .map(revision -> change.changesResults() ? revision : before.generation())
        .flatMap(generation -> tables.update(connection, after, generation))
        .map(changed -> new Declared(changed, Outcome.CHANGED));
  }

  /** A view's rows are what they are by the stream as it is. */
  private Mono<Void> requireUnread(Connection connection, Found found, StreamChange change) {
    if (change.changesResults()) {
      return ViewChanges.requireUnread(
          tables, connection, found, "given another lateness or dedupe span");
    }
    return tables
        .reads(connection, found.name())
        .doOnNext(readers -> readers.forEach(reader -> requireKept(change, reader)))
        .then();
  }

  private static void requireKept(StreamChange change, Map.Entry<String, SourceRead> reader) {
    List<String> lost = change.lostTo(reader.getValue());
    if (!lost.isEmpty()) {
      throw Problem.ofField(
              ProblemCode.STREAM_IN_USE,
              lost.get(0),
              "%s of %s cannot be removed, widened or made nullable while the view %s reads it: delete the view first, and define it anew afterwards"
                  .formatted(String.join(", ", lost), change.before().name(), reader.getKey()))
          .toException();
    }
  }

  /** What a view feeds it, it must take as it is. */
  private Mono<Void> requireUnfed(Connection connection, StreamChange change) {
    if (change.lost().isEmpty() && change.keepsNames()) {
      return Mono.empty();
    }
    return InUse.require(
        tables.feeds().feeders(connection, change.before().name()),
        ProblemCode.STREAM_IN_USE,
        change.before().name(),
        "given fields of another type or name",
        "fed");
  }
}
