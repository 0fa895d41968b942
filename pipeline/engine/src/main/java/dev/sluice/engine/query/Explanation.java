package dev.sluice.engine.query;

import dev.sluice.engine.resume.Place.AtEnd;
import dev.sluice.engine.resume.ResumeToken.Question;
import dev.sluice.engine.resume.TokenCodec;
import dev.sluice.model.stream.FieldType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

/**
 * The answer to EXPLAIN: what a question would do, a row a step. Nothing runs for it.
 *
 * @param finished whether it was had already: an EventSource that comes back does not want it again
 */
record Explanation(Map<String, String> steps, Tokens tokens, boolean finished)
    implements LiveQuery {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String DIVIDER = " and ";
  private static final Pattern EXPLAIN =
      Pattern.compile("\\A\\s*(EXPLAIN(\\s+PLAN\\s+FOR)?)\\s", Pattern.CASE_INSENSITIVE);

  /** As a token bears it. */
  static Question question(List<Prepared> parts) {
    String digests =
        parts.stream().map(part -> part.planned().digest()).collect(Collectors.joining(DIVIDER));
    return new Question(TokenCodec.hash("explain " + digests), 0, Long.MAX_VALUE, false, null);
  }

  /**
   * What is to be said of a question.
   *
   * @param each says it of one of several queries whose rows are all those of one
   */
  static Map<String, String> steps(
      List<Prepared> parts, Function<Prepared, Map<String, String>> each) {
    if (parts.size() == 1) {
      return each.apply(parts.get(0));
    }
    Map<String, String> steps = new LinkedHashMap<>();
    Long limit = parts.get(0).plan().limit();
    steps.put(
        "union",
        "all rows of "
            + parts.size()
            + " queries, each computed and shared for itself"
            + (limit == null ? "" : "; " + limit + " of them in all"));
    int number = 0;
    for (Prepared part : parts) {
      String prefix = ++number + "-";
      each.apply(part).forEach((step, what) -> steps.put(prefix + step, what));
    }
    return steps;
  }

  /**
   * What is to be explained, every word at its line and column; null if nothing is.
   *
   * @param sql a statement
   */
  static @Nullable String explained(String sql) {
    Matcher explain = EXPLAIN.matcher(sql);
    if (!explain.find()) {
      return null;
    }
    String blank = explain.group(1).replaceAll("\\S", " ");
    return sql.substring(0, explain.start(1)) + blank + sql.substring(explain.end(1));
  }

  @Override
  public List<OutputColumn> columns() {
    return List.of(
        new OutputColumn("step", FieldType.STRING), new OutputColumn("detail", FieldType.STRING));
  }

  @Override
  public boolean bounded() {
    return true;
  }

  @Override
  public Flux<QueryEvent> events(QueryEvent.Format format, LongSupplier outbound) {
    List<QueryEvent> events = new ArrayList<>();
    steps.forEach((step, detail) -> events.add(new Step(step, detail)));
    events.add(Notice.end("to", Standing.UNKNOWN).at(tokens.at(new AtEnd(), Tokens.NO_LIMIT)));
    return Flux.fromIterable(events);
  }

  private record Step(String step, String detail) implements QueryEvent {
    @Override
    public Kind kind() {
      return Kind.ROW;
    }

    @Override
    public int rows() {
      return 1;
    }

    @Override
    public byte[] encoded(Format format) {
      Map<String, String> row = new LinkedHashMap<>();
      row.put("step", step);
      row.put("detail", detail);
      String json =
          format == Format.JSON
              ? JSON.writeValueAsString(row.values())
              : JSON.writeValueAsString(row);
      String text =
          switch (format) {
            case SSE -> "event: row\ndata: " + json + "\n\n";
            case NDJSON, NDJSON_IDS -> "{\"row\": " + json + "}\n";
            case JSON -> json;
          };
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }
}
