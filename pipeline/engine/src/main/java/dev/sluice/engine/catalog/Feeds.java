package dev.sluice.engine.catalog;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.ViewSource;
import dev.sluice.model.stream.ViewSource.Kind;
import dev.sluice.model.view.ViewDefinition;
import io.r2dbc.spi.Connection;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What a view may feed; the caller has locked all that are named. */
record Feeds(CatalogTables tables) {
  /** No name. Two definitions at once may close a loop of which each has only a part. */
  private static final String ALL = "*feeds*";

  /** What a definition needs to stay as it is meanwhile. */
  static Set<String> locks(PlannedView planned) {
    Set<String> names = new TreeSet<>();
    names.add(planned.name());
    names.add(planned.source().definition().name());
    if (planned.view().into() != null) {
      names.add(planned.view().into());
      names.add(ALL);
    }
    return names;
  }

  /** What a stream has been fed cannot be taken back, and must not be fed again. */
  static void requireUnchanged(ViewDefinition before, ViewDefinition after, boolean builds) {
    if (!Objects.equals(before.into(), after.into())) {
      throw Problem.ofField(
              ProblemCode.VIEW_IN_USE,
              "into",
              "%s feeds %s and cannot be made to feed %s: delete %s, and define it anew"
                  .formatted(before.name(), told(before), told(after), before.name()))
          .toException();
    }
    if (builds && before.into() != null) {
      throw Problem.ofField(
              ProblemCode.VIEW_IN_USE,
              "into",
              "%s cannot be built anew, as %s would have its rows a second time: define a view of another name, or delete this one and define it anew"
                  .formatted(before.name(), told(before)))
          .toException();
    }
  }

  private static String told(ViewDefinition view) {
    return view.into() == null ? "nothing" : "the stream " + view.into();
  }

  Mono<Void> requireUnfed(Connection connection, String stream) {
    return InUse.require(
        tables.feeds().feeders(connection, stream),
        ProblemCode.STREAM_IN_USE,
        stream,
        "deleted",
        "fed");
  }

  /** Fails with VIEW_INVALID unless the view may feed what it is to, if anything. */
  Mono<Void> require(Connection connection, PlannedView planned) {
    String into = planned.view().into();
    if (into == null) {
      return Mono.empty();
    }
    return tables
        .find(connection, into)
        .doOnNext(found -> requireTakes(planned.result(), stream(into, found)))
        .then(
            Mono.defer(
                () ->
                    tables.feeds().comesOf(connection, planned.source().definition().name(), into)))
        .doOnNext(
            loops -> {
              if (loops) {
                throw invalid(
                    "into",
                    "%s comes of %s, which it would feed without end: feed another stream"
                        .formatted(planned.name(), into));
              }
            })
        .then();
  }

  private static StreamDefinition stream(String into, Optional<Found> found) {
    if (found.isEmpty() || found.get().deleting()) {
      throw invalid(
          "into", "there is no stream " + into + ": declare it with PUT /v1/streams/" + into);
    }
    StreamDefinition stream = found.get().stream().definition();
    if (stream.source() != null) {
      throw invalid(
          "into",
          into
              + (stream.view() != null ? " is a view" : " is a view of a topic")
              + ", and is only read: feed a stream of your own");
    }
    return stream;
  }

  private static void requireTakes(StreamDefinition view, StreamDefinition target) {
    ViewSource made = Objects.requireNonNull(view.view(), view.name());
    if (made.kind() == Kind.TOTAL) {
      throw invalid(
          "into",
          "the rows of a running total take each other's place, and events do not: group by windows");
    }
    requireTime(view.time(), target);
    view.fields().forEach(column -> requireTakes(column, target));
    target.fields().forEach(field -> requireGiven(field, view, target));
    if (made.recorded() && !target.time().historical()) {
      throw invalid(
          "into",
          target.name()
              + " keeps its events by their age, and "
              + view.name()
              + " reads a recording: feed a historical stream");
    }
  }

  private static void requireTakes(Field column, StreamDefinition target) {
    int index = target.indexOf(column.name());
    if (index < 0) {
      throw invalid(
          column.name(),
          "%s has no field %s: call the column as one of its fields, by AS, or leave it out"
              .formatted(target.name(), column.name()));
    }
    Field field = target.fields().get(index);
    if (field.type() != column.type()) {
      throw invalid(
          column.name(),
          "%s is a %s in %s, and a %s in the view: CAST it"
              .formatted(column.name(), field.type(), target.name(), column.type()));
    }
    if (column.nullable() && !field.nullable()) {
      throw invalid(
          column.name(),
          "%s must not be null in %s, and may be in the view, as what is computed may: feed a stream where it is nullable"
              .formatted(column.name(), target.name()));
    }
  }

  private static void requireGiven(Field field, StreamDefinition view, StreamDefinition target) {
    if (!field.optional() && view.indexOf(field.name()) < 0) {
      throw invalid(
          field.name(),
          "%s must not be null in %s, and the view has no such column: add it, by AS"
              .formatted(field.name(), target.name()));
    }
  }

  /** Other times may be any, which no watermark follows and Kafka may not take. */
  private static void requireTime(EventTime own, StreamDefinition target) {
    String time = target.time().field();
    if (time != null && !time.equals(own.field())) {
      throw invalid(
          time,
          "%s is the time of %s, and must be that of the view's rows: the end of their window, or their event's time, by AS%s"
              .formatted(time, target.name(), instead(own.field())));
    }
  }

  private static String instead(@Nullable String own) {
    return own == null ? "" : "; was " + own;
  }

  private static ProblemException invalid(String field, String detail) {
    return Problem.ofField(ProblemCode.VIEW_INVALID, field, detail).toException();
  }
}
