package dev.sluice.gateway.flow;

import dev.sluice.engine.flow.Buffer;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Hop;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Latency;
import dev.sluice.engine.flow.Stage;
import dev.sluice.engine.query.RunningQueries;
import java.time.Clock;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The state of everything, again and again: rates are those since the document before, latencies
 * those of the last few documents. One thread at a time.
 */
final class FlowDocument {
  /** Documents over which latencies are told. */
  private static final int SPAN = 5;

  private static final DateTimeFormatter AT =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Flow flow;
  private final RunningQueries queries;
  private final Clock clock;
  private final Deque<Sample> earlier = new ArrayDeque<>();

  FlowDocument(Flow flow, RunningQueries queries, Clock clock) {
    this.flow = flow;
    this.queries = queries;
    this.clock = clock;
    earlier.add(Sample.of(flow.hops(), System.nanoTime()));
  }

  /** As it is now, in one line. */
  String next() {
    List<Hop> hops = flow.hops();
    Sample now = Sample.of(hops, System.nanoTime());
    ObjectNode json = JSON.createObjectNode();
    json.put("at", AT.format(clock.instant()));
    json.put("seconds", rounded(now.secondsSince(earlier.getLast()), 1_000));
    json.put("latency-seconds", rounded(now.secondsSince(earlier.getFirst()), 1_000));
    ArrayNode stages = json.putArray("stages");
    for (Stage stage : Stage.values()) {
      ObjectNode one = stages.addObject().put("stage", stage.text());
      ArrayNode hopsOfIt = one.putArray("hops");
      for (Hop hop : hops) {
        if (hop.label().stage() == stage) {
          write(hop, now, hopsOfIt.addObject());
        }
      }
      ArrayNode buffers = one.putArray("buffers");
      for (Buffer buffer : flow.buffers()) {
        if (buffer.label().stage() == stage) {
          write(buffer, buffers.addObject());
        }
      }
    }
    json.set("queries", BusiestQueries.toJson(queries.runningQueries()));
    earlier.add(now);
    if (earlier.size() > SPAN) {
      earlier.remove();
    }
    return JSON.writeValueAsString(json);
  }

  private static void name(Label label, ObjectNode json) {
    json.put("name", label.name()).put("stream", label.stream());
  }

  private void write(Hop hop, Sample now, ObjectNode json) {
    name(hop.label(), json);
    Sample before = earlier.getLast();
    double seconds = now.secondsSince(before);
    ObjectNode rate = json.putObject("rate");
    now.moreThan(before, hop).forEach((unit, more) -> rate.put(unit, rounded(more / seconds, 10)));
    Latency.Quantiles took = now.latencySince(earlier.getFirst(), hop);
    Latency latency = hop.latency();
    if (took == null || latency == null) {
      json.putNull("latency");
    } else {
      json.putObject("latency")
          .put("what", latency.what())
          .put("count", took.count())
          .put("p50", took.p50())
          .put("p99", took.p99())
          .put("max", took.max());
    }
    ObjectNode state = json.putObject("state");
    hop.states().forEach((name, value) -> state.put(name, value.getAsLong()));
  }

  private static void write(Buffer buffer, ObjectNode json) {
    name(buffer.label(), json);
    json.put("unit", buffer.room().unit());
    json.put("fill", buffer.room().fill().getAsLong());
    json.put("capacity", buffer.room().capacity().getAsLong());
    json.put("policy", buffer.policy());
    write("dropped", buffer.dropped(), json);
    write("waited", buffer.waited(), json);
  }

  private static void write(String what, Buffer.Count counted, ObjectNode json) {
    json.put(what, counted.count().getAsLong());
    json.put(what + "-unit", counted.unit().isEmpty() ? null : counted.unit());
  }

  static double rounded(double value, int parts) {
    return Math.round(value * parts) / (double) parts;
  }
}
