package dev.sluice.gateway.admin;

import dev.sluice.engine.query.RunningQuery;
import dev.sluice.engine.query.RunningQuery.Reader;
import dev.sluice.engine.query.RunningQuery.Running;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes what is to be seen of a query. */
final class QueryJson {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private QueryJson() {}

  /**
   * @param buffers of how many subscribers of each computation; the fullest
   */
  static ObjectNode toJson(RunningQuery query, int buffers) {
    ObjectNode json = JSON.createObjectNode();
    json.put("id", query.id());
    json.put("sql", query.asked().sql());
    json.put("stream", query.plan().get("scan"));
    json.put("window", query.plan().get("window"));
    json.put("emit", query.asked().emit());
    json.put("to", text(query.asked().to()));
    ObjectNode plan = json.putObject("plan");
    query.plan().forEach(plan::put);
    ArrayNode computations = json.putArray("computations");
    query.computations().forEach(running -> computations.add(toJson(running, buffers)));
    return json;
  }

  private static ObjectNode toJson(Running running, int buffers) {
    ObjectNode json = JSON.createObjectNode();
    json.put("started", text(running.started()));
    json.setAll((ObjectNode) JSON.valueToTree(running.lag().toMap()));
    json.put("watermark", text(running.watermark()));
    json.set("accounting", JSON.valueToTree(running.accounting()));
    json.put("rows", running.held().rows());
    json.put("rows-per-second", Math.round(running.held().rate() * 10) / 10.0);
    json.put("groups", running.held().groups());
    json.put("state-bytes", running.held().bytes());
    json.put("subscribers", running.readers().size());
    ArrayNode fullest = json.putArray("buffers");
    List<Reader> readers = running.readers();
    readers.stream()
        .sorted(Comparator.comparingLong((Reader r) -> -r.fill() - r.outbound()))
        .limit(buffers)
        .forEach(
            reader ->
                fullest
                    .addObject()
                    .put("overflow", reader.overflow())
                    .put("every", reader.every().toString())
                    .put("fill", reader.fill())
                    .put("capacity", reader.capacity())
                    .put("outbound", reader.outbound())
                    .put("dropped", reader.dropped()));
    return json;
  }

  private static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : Instants.text(instant);
  }
}
