package dev.sluice.engine.query;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.plan.Join;
import dev.sluice.engine.plan.PlanText;
import dev.sluice.model.avro.Resolution;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Field;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ends the feeds of streams and tables that are not what they were. */
final class ChangedSources {
  private final Streams streams;
  private final Feeds feeds;

  ChangedSources(Streams streams, Feeds feeds) {
    this.streams = streams;
    this.feeds = feeds;
  }

  /** From here on, as long as the catalog tells. */
  void watch() {
    streams.onChange(this::onChange);
  }

  private void onChange(String name) {
    endJoining(name, streams.findTable(name));
    endReading(name, streams.find(name));
  }

  /** Ends who joins a table of the name that is not the current one. */
  private void endJoining(String name, @Nullable CatalogTable current) {
    for (Feed feed : new ArrayList<>(feeds.all())) {
      if (feed.computation().plan().joins().stream()
          .map(Join::table)
          .anyMatch(table -> table.name().equals(name) && !table.equals(current))) {
        end(feed, ProblemCode.STREAM_CHANGED, "the table " + name, current == null);
      }
    }
  }

  /**
   * Ends who reads a stream of the name that is not the current one, or a field of it that is not
   * what it was. Others go on with the fields that they were planned with.
   */
  private void endReading(String name, @Nullable CatalogStream current) {
    for (Feed feed : new ArrayList<>(feeds.all())) {
      CatalogStream read = feed.computation().stream();
      if (!read.definition().name().equals(name)) {
        continue;
      }
      if (current == null || current.generation() != read.generation()) {
        ProblemCode code =
            current == null ? ProblemCode.STREAM_DELETED : ProblemCode.STREAM_CHANGED;
        end(feed, code, "the stream " + name, current == null);
        continue;
      }
      List<String> lost = lost(feed, current);
      if (!lost.isEmpty()) {
        String what = String.join(", ", lost) + " of the stream " + name;
        end(feed, ProblemCode.STREAM_CHANGED, what, false);
      }
    }
  }

  private static List<String> lost(Feed feed, CatalogStream current) {
    CatalogStream read = feed.computation().stream();
    if (read.schemaId() == current.schemaId()) {
      return List.of();
    }
    List<String> used = PlanText.fieldsRead(feed.computation().plan());
    return Resolution.eitherWay(read.definition().fields(), current.definition().fields())
        .lost()
        .stream()
        .map(Field::name)
        .filter(used::contains)
        .toList();
  }

  private void end(Feed feed, ProblemCode code, String what, boolean deleted) {
    feed.end(Problem.of(code, what + (deleted ? " was deleted" : " was changed: ask again")));
    feeds.remove(feed);
  }
}
