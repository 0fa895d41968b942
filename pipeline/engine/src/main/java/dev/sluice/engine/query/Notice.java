package dev.sluice.engine.query;

import dev.sluice.model.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Everything that a subscriber is told besides rows. */
final class Notice implements Told {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Kind kind;
  private final Map<String, ? extends @Nullable Object> data;
  private final @Nullable String token;
  private final Map<Format, byte[]> formats = new EnumMap<>(Format.class);

  private Notice(Kind kind, Map<String, ? extends @Nullable Object> data, @Nullable String token) {
    this.kind = kind;
    this.data = data;
    this.token = token;
  }

  /** The same, with where its subscriber is after it. */
  Notice at(@Nullable String place) {
    return new Notice(kind, data, place);
  }

  /** How far the query is, which is also the sign that it lives. */
  static Notice watermark(long watermark, Accounting accounting, Lag lag) {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("watermark", instant(watermark));
    data.putAll(accounting.toMap());
    data.putAll(lag.toMap());
    return new Notice(Kind.WATERMARK, data, null);
  }

  /** What this subscriber missed. */
  static Notice gap(long rows) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("rows", rows);
    data.put("reason", "SLOW_SUBSCRIBER");
    data.put("detail", "rows were dropped because newer ones came before they were read");
    return new Notice(Kind.GAP, data, null);
  }

  static Notice error(Problem problem) {
    return new Notice(Kind.ERROR, problem.toMap(), null);
  }

  /**
   * The end of a query's result.
   *
   * @param reason {@code to} or {@code limit}
   * @param positions offset after the last record read, per partition
   */
  static Notice end(
      String reason, long watermark, Map<Integer, Long> positions, Accounting accounting) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("reason", reason);
    data.put("watermark", instant(watermark));
    data.put("positions", positions);
    data.put("accounting", accounting.toMap());
    return new Notice(Kind.END, data, null);
  }

  /** The end of an answer of which nothing is left. */
  static Notice over() {
    return new Notice(Kind.END, Map.of("reason", "over"), null);
  }

  private static @Nullable Object instant(long millis) {
    return millis == Long.MIN_VALUE || millis == Long.MAX_VALUE ? null : RowEncoder.instant(millis);
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
