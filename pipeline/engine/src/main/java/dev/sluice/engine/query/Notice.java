package dev.sluice.engine.query;

import dev.sluice.model.json.ColumnJson;
import dev.sluice.model.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Everything that a subscriber is told besides rows. */
final class Notice implements Told {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String POSITIONS = "positions";

  private final Kind kind;
  private final Map<String, ? extends @Nullable Object> data;
  private final @Nullable String token;
  private final @Nullable Standing standing;
  private final Map<Format, byte[]> formats = new EnumMap<>(Format.class);

  private Notice(
      Kind kind,
      Map<String, ? extends @Nullable Object> data,
      @Nullable String token,
      @Nullable Standing standing) {
    this.kind = kind;
    this.data = data;
    this.token = token;
    this.standing = standing;
  }

  private Notice(Kind kind, Map<String, ? extends @Nullable Object> data) {
    this(kind, data, null, null);
  }

  /** The same, with where its subscriber is after it. */
  Notice at(@Nullable String place) {
    return new Notice(kind, data, place, standing);
  }

  /** How far the query is, of a watermark and an end; else null. */
  @Nullable Standing standing() {
    return standing;
  }

  /** How far the query is, which is also the sign that it lives. */
  static Notice watermark(Standing standing) {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("watermark", instant(standing.watermark()));
    data.putAll(standing.accounting().toMap());
    data.putAll(standing.lag().toMap());
    return new Notice(Kind.WATERMARK, data, null, standing);
  }

  /** What this subscriber missed. */
  static Notice gap(long rows) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("rows", rows);
    data.put("reason", "SLOW_SUBSCRIBER");
    data.put("detail", "rows were dropped because newer ones came before they were read");
    return new Notice(Kind.GAP, data);
  }

  static Notice error(Problem problem) {
    return new Notice(Kind.ERROR, problem.toMap());
  }

  /**
   * The end of a query's result.
   *
   * @param reason {@code to} or {@code limit}
   */
  static Notice end(String reason, Standing standing) {
    return new Notice(Kind.END, ending(reason, standing), null, standing);
  }

  /**
   * The end of a result that several queries make.
   *
   * @param reason {@code to} or {@code limit}
   */
  static Notice end(String reason, Standing all, List<Part> parts) {
    Map<String, @Nullable Object> data = ending(reason, all);
    data.remove(POSITIONS);
    data.put("parts", parts.stream().map(Part::toMap).toList());
    return new Notice(Kind.END, data, null, all);
  }

  private static Map<String, @Nullable Object> ending(String reason, Standing standing) {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("reason", reason);
    data.put("watermark", instant(standing.watermark()));
    data.put(POSITIONS, standing.positions());
    data.put("accounting", standing.accounting().toMap());
    return data;
  }

  /** One of several queries that make a result, and how far it is. */
  record Part(String stream, Standing standing) {
    private Map<String, @Nullable Object> toMap() {
      Map<String, @Nullable Object> data = new LinkedHashMap<>();
      data.put("stream", stream);
      data.put("watermark", instant(standing.watermark()));
      data.put(POSITIONS, standing.positions());
      data.put("accounting", standing.accounting().toMap());
      return data;
    }
  }

  /** The end of an answer of which nothing is left. */
  static Notice over() {
    return new Notice(Kind.END, Map.of("reason", "over"));
  }

  private static @Nullable Object instant(long millis) {
    return millis == Long.MIN_VALUE || millis == Long.MAX_VALUE ? null : ColumnJson.instant(millis);
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public int rows() {
    return 0;
  }

  @Override
  public @Nullable String token() {
    return token;
  }

  @Override
  public Told first(int rows) {
    return this;
  }

  @Override
  public synchronized byte[] encoded(Format format) {
    return formats.computeIfAbsent(format, this::encode);
  }

  private byte[] encode(Format format) {
    String json = JSON.writeValueAsString(data);
    String name = kind.name().toLowerCase(Locale.ROOT);
    String text =
        switch (format) {
          case SSE ->
              (token == null ? "" : "id: " + token + "\n")
                  + ("event: " + name + "\ndata: " + json + "\n\n");
          case NDJSON, NDJSON_IDS ->
              "{\""
                  + name
                  + "\": "
                  + json
                  + (token == null ? "" : ", \"id\": \"" + token + "\"")
                  + "}\n";
          case JSON -> json;
        };
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
