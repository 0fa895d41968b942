package dev.sluice.gateway.subscribe;

import dev.sluice.engine.query.LiveQuery.OutputColumn;
import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A bounded query's whole answer, as it grows. One thread at a time. */
final class JsonResult {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final long capacity;
  private final List<OutputColumn> columns;
  private final ByteArrayOutputStream rows = new ByteArrayOutputStream();
  private final ByteArrayOutputStream open = new ByteArrayOutputStream();
  private byte @Nullable [] accounting;
  private byte @Nullable [] error;

  /**
   * @param capacity most bytes of rows
   */
  JsonResult(List<OutputColumn> columns, long capacity) {
    this.columns = columns;
    this.capacity = capacity;
  }

  /**
   * @throws dev.sluice.model.problem.ProblemException QUERY_RESULT_TOO_LARGE, OVERLOADED
   */
  void add(QueryEvent event) {
    switch (event.kind()) {
      case ROW -> append(rows, event);
      case UPDATE -> append(open, event);
      case END ->
          accounting =
              JSON.writeValueAsBytes(JSON.readTree(event.encoded(Format.JSON)).path("accounting"));
      case ERROR -> error = event.encoded(Format.JSON);
      case GAP ->
          throw Problem.of(
                  ProblemCode.OVERLOADED,
                  "rows were lost on the way to this answer, which must be whole: ask again")
              .toException();
      case WATERMARK -> {}
    }
  }

  private void append(ByteArrayOutputStream target, QueryEvent event) {
    byte[] encoded = event.encoded(Format.JSON);
    if (rows.size() + (long) open.size() + encoded.length > capacity) {
      throw Problem.of(
              ProblemCode.QUERY_RESULT_TOO_LARGE,
              "a JSON answer is collected in memory and has at most "
                  + capacity
                  + " bytes of rows (sluice.query.max-json-result): ask for application/x-ndjson,"
                  + " which has no bound")
          .toException();
    }
    if (target.size() > 0) {
      target.write(',');
    }
    target.writeBytes(encoded);
  }

  /** The problem document that it ended with, if it did. */
  byte @Nullable [] error() {
    return error;
  }

  /** The document, once the end has come. */
  byte[] toJson() {
    byte[] counted = Objects.requireNonNull(accounting);
    ByteArrayOutputStream json = new ByteArrayOutputStream(rows.size() + open.size() + 1024);
    json.writeBytes(bytes("{\"columns\":"));
    json.writeBytes(JSON.writeValueAsBytes(columnsJson()));
    json.writeBytes(bytes(",\"rows\":["));
    json.writeBytes(rows.toByteArray());
    json.writeBytes(bytes("],\"open\":["));
    json.writeBytes(open.toByteArray());
    json.writeBytes(bytes("],\"accounting\":"));
    json.writeBytes(counted);
    json.write('}');
    return json.toByteArray();
  }

  private ArrayNode columnsJson() {
    ArrayNode array = JSON.createArrayNode();
    for (OutputColumn column : columns) {
      ObjectNode node = array.addObject();
      node.put("name", column.name()).put("type", column.type().name());
    }
    return array;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
