package dev.sluice.gateway.flow;

import dev.sluice.engine.query.Lag;
import dev.sluice.engine.query.RunningQuery;
import dev.sluice.engine.query.RunningQuery.Reader;
import dev.sluice.engine.query.RunningQuery.Running;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The queries that have most to do, each with its subscribers' buffers added up. */
final class BusiestQueries {
  /** Queries in one document. */
  static final int MOST = 20;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private BusiestQueries() {}

  /**
   * One query.
   *
   * @param readers of all its computations
   * @param atBound how many of them have no room for more
   */
  private record Busy(RunningQuery query, List<Reader> readers, long atBound, double rate) {
    static Busy of(RunningQuery query) {
      List<Reader> readers =
          query.computations().stream().flatMap(running -> running.readers().stream()).toList();
      return new Busy(
          query,
          readers,
          readers.stream().filter(BusiestQueries::isAtBound).count(),
          sum(query, running -> running.held().eventRate() + running.held().rate()));
    }
  }

  static ObjectNode toJson(List<RunningQuery> running) {
    List<Busy> busiest =
        running.stream()
            .map(Busy::of)
            .sorted(
                Comparator.comparing((Busy busy) -> busy.atBound == 0)
                    .thenComparing(Busy::rate, Comparator.reverseOrder())
                    .thenComparing(busy -> busy.query.id()))
            .limit(MOST)
            .toList();
    ObjectNode json = JSON.createObjectNode();
    json.put("running", running.size());
    json.put("more", running.size() - busiest.size());
    ArrayNode shown = json.putArray("busiest");
    busiest.forEach(busy -> write(busy, shown.addObject()));
    return json;
  }

  private static void write(Busy busy, ObjectNode json) {
    RunningQuery query = busy.query;
    List<Running> computations = query.computations();
    json.put("id", query.id());
    json.put("sql", query.asked().sql());
    json.put("stream", query.plan().get("scan"));
    json.put("window", query.plan().get("window"));
    json.put("emit", query.asked().emit());
    json.setAll((ObjectNode) JSON.valueToTree(furthestBehind(computations).toMap()));
    json.put("computations", computations.size());
    json.putObject("rate")
        .put("events", rounded(sum(query, running -> running.held().eventRate())))
        .put("rows", rounded(sum(query, running -> running.held().rate())));
    json.put("groups", (long) sum(query, running -> running.held().groups()));
    json.put("state-bytes", (long) sum(query, running -> running.held().bytes()));
    write(busy.readers, busy.atBound, json.putObject("subscribers"));
  }

  /** The state is that of the computation with the greatest lag. */
  private static Lag furthestBehind(List<Running> computations) {
    return computations.stream()
        .map(Running::lag)
        .max(
            Comparator.comparing((Lag lag) -> lag.state() == Lag.State.CATCHING_UP)
                .thenComparing(lag -> Objects.requireNonNullElse(lag.events(), 0L)))
        .orElseThrow();
  }

  private static void write(List<Reader> readers, long atBound, ObjectNode json) {
    json.put("count", readers.size());
    json.put("at-bound", atBound);
    json.put("fill", readers.stream().mapToLong(Reader::fill).sum());
    json.put("capacity", readers.stream().mapToLong(Reader::capacity).sum());
    json.put("outbound", readers.stream().mapToLong(Reader::outbound).sum());
    json.put("dropped", readers.stream().mapToLong(Reader::dropped).sum());
    json.set("fullest", fullest(readers));
  }

  private static @Nullable ObjectNode fullest(List<Reader> readers) {
    return readers.stream()
        .max(Comparator.comparingLong(reader -> reader.fill() + reader.outbound()))
        .map(
            reader ->
                JSON.createObjectNode()
                    .put("overflow", reader.overflow())
                    .put("fill", reader.fill())
                    .put("capacity", reader.capacity())
                    .put("outbound", reader.outbound())
                    .put("dropped", reader.dropped()))
        .orElse(null);
  }

  /** A buffer that is more than half full takes nothing more, if whoever feeds it can wait. */
  private static boolean isAtBound(Reader reader) {
    return 2L * reader.fill() > reader.capacity()
        || reader.fill() + reader.outbound() >= reader.capacity();
  }

  private static double sum(RunningQuery query, java.util.function.ToDoubleFunction<Running> part) {
    return query.computations().stream().mapToDouble(part).sum();
  }

  private static double rounded(double value) {
    return FlowDocument.rounded(value, 10);
  }
}
