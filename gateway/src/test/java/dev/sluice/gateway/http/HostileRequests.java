package dev.sluice.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Requests that are wrong in known ways, and what each must be answered with. */
final class HostileRequests {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int MAX_SQL = 64 << 10;
  private static final int MAX_BODY = 256 << 10;

  private final Random random;
  private final String stream;

  /**
   * @param target as it goes over the wire
   * @param expected a code that the answer must have; empty: any that there is; {@link #PERHAPS}:
   *     or it may be good by chance
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way to a socket; never compared
  record Request(
      String method,
      String target,
      List<String> headers,
      byte @Nullable [] body,
      String expected) {}

  static final String PERHAPS = "perhaps";

  /**
   * @param stream one that there is, with fields {@code device} and {@code n}
   */
  HostileRequests(Random random, String stream) {
    this.random = random;
    this.stream = stream;
  }

  /** A request to the door for questions. */
  Request query() {
    return switch (random.nextInt(15)) {
      case 0 -> ask(text(1 + random.nextInt(60)), PERHAPS);
      case 1 -> ask(cut(good()), PERHAPS);
      case 2 -> ask(changed(good()), PERHAPS);
      case 3 -> ask("SELECT '" + "x".repeat(MAX_SQL) + "' FROM " + stream, "QUERY_TOO_LONG");
      case 4 -> ask(nested("(", "n", ")"), "");
      case 5 -> ask(nested("NOT ", "TRUE", ""), "");
      case 6 -> ask("SELECT nothing FROM " + stream, "QUERY_UNKNOWN_COLUMN");
      case 7 -> ask("SELECT n FROM nosuch", "QUERY_UNKNOWN_TABLE");
      case 8 -> get(parameter(), "QUERY_PARAMETER");
      case 9 ->
          get(
              "sql=" + pick("%", "%z", "%zz", "%f", "a%\u00ff", "%c3%28", "%ff%fe") + "&to=now",
              "");
      case 13 -> resumed();
      case 10 -> post(bytes(1 + random.nextInt(200)), "BAD_REQUEST");
      case 11 ->
          post(
              pick(
                      "",
                      "[]",
                      "null",
                      "7",
                      "\"SELECT\"",
                      "{\"sql\":",
                      "{\"sql\": \"SELECT 1\"} {}",
                      "{\"sql\": \"a\", \"sql\": \"b\"}",
                      "[".repeat(5_000),
                      "{\"sql\":".repeat(2_000))
                  .getBytes(UTF_8),
              "BAD_REQUEST");
      case 12 ->
          post(" ".repeat(MAX_BODY + 1 + random.nextInt(100)).getBytes(UTF_8), "REQUEST_TOO_LARGE");
      default -> wrongWay("/v1/query", "{\"sql\": \"SELECT n FROM " + stream + "\"}");
    };
  }

  private Request wrongWay(String path, String body) {
    return switch (random.nextInt(4)) {
      case 0 ->
          new Request(
              pick("PUT", "DELETE", "PATCH"), path, List.of(), new byte[0], "METHOD_NOT_ALLOWED");
      case 1 ->
          new Request(
              "GET", "/v1/streams/" + stream + "/events", List.of(), null, "METHOD_NOT_ALLOWED");
      case 2 ->
          new Request(
              "POST",
              path,
              List.of("Content-Type: " + pick("text/csv", "nonsense", "", ";;", "a/b/c")),
              body.getBytes(UTF_8),
              "");
      default ->
          new Request(
              "GET",
              path + "?to=now&sql=" + encoded(good()),
              List.of("Accept: " + pick("image/png", "nonsense", "text/html;q=x", "*/*;q=0")),
              null,
              "");
    };
  }

  /** What says that it comes back after an event that was never sent. */
  private Request resumed() {
    String token =
        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(1 + random.nextInt(80)));
    String asked = "/v1/query?to=now&sql=" + encoded(good());
    return random.nextBoolean()
        ? new Request("GET", asked + "&after=" + token, List.of(), null, "RESUME_TOKEN_INVALID")
        : new Request(
            "GET",
            asked,
            List.of("Last-Event-ID: " + pick(token, "7", "\u00e9", token + "=", "x".repeat(4_000))),
            null,
            "RESUME_TOKEN_INVALID");
  }

  private Request ask(String sql, String expected) {
    if (random.nextBoolean()) {
      return get("from=earliest&to=now&sql=" + encoded(sql), expected);
    }
    String body =
        JSON.createObjectNode().put("sql", sql).put("from", "earliest").put("to", "now").toString();
    return post(body.getBytes(UTF_8), expected);
  }

  private String parameter() {
    String sql = "sql=" + encoded(good());
    return sql
        + "&"
        + pick(
            "from=yesterday",
            "from=",
            "from=-15x",
            "to=" + text(5).replaceAll("[^a-z]", "x"),
            "to=9".repeat(30),
            "emit=never",
            "overflow=never",
            "ids=perhaps",
            "every=-1s&emit=changes",
            "every=" + "9".repeat(40),
            "form=now",
            sql,
            "x".repeat(10_000) + "=1");
  }

  private Request get(String queryString, String expected) {
    return new Request("GET", "/v1/query?" + queryString, List.of(), null, expected);
  }

  private Request post(byte[] body, String expected) {
    return new Request(
        "POST", "/v1/query", List.of("Content-Type: application/json"), body, expected);
  }

  private String good() {
    return pick(
        "SELECT n FROM " + stream + " WHERE device = 'a' AND n BETWEEN 1 AND 9",
        "SELECT device, COUNT(*) AS c FROM " + stream + " GROUP BY device HAVING COUNT(*) > 1",
        "SELECT CASE WHEN n > 1 THEN 'x' ELSE UPPER(device) END AS y FROM " + stream + " LIMIT 3");
  }

  private String nested(String open, String inner, String close) {
    int depth = 1_000 + random.nextInt(9_000);
    return "SELECT " + open.repeat(depth) + inner + close.repeat(depth) + " AS x FROM " + stream;
  }

  /** A request to the door for streams; none is for the stream that there is. */
  Request streams(String fresh) {
    String path = "/v1/streams/" + fresh;
    return switch (random.nextInt(12)) {
      case 0 -> put(path, bytes(1 + random.nextInt(200)), "BAD_REQUEST");
      case 1 -> put(path, cut(definition()).getBytes(UTF_8), "BAD_REQUEST");
      case 2 -> put(path, changed(definition()).getBytes(UTF_8), PERHAPS);
      case 3 -> put(path, " ".repeat(MAX_BODY + 1).getBytes(UTF_8), "REQUEST_TOO_LARGE");
      case 4 ->
          put(
              "/v1/streams/"
                  + pick(
                      "Bad-Name",
                      "1",
                      "_",
                      "a.b",
                      "a;b",
                      "a;b=c",
                      "a%20b",
                      "%00",
                      "%e4",
                      "%c3%a4",
                      "%zz",
                      "x".repeat(65),
                      "a%2Fb",
                      "..%2f",
                      "%20"),
              definition().getBytes(UTF_8),
              "");
      case 5 -> put(path, unsound().getBytes(UTF_8), "STREAM_INVALID");
      case 6 ->
          put(
              path,
              pick("", "[]", "null", "\"x\"", "{", "[".repeat(5_000)).getBytes(UTF_8),
              "BAD_REQUEST");
      case 7 -> watermark(stream, bytes(1 + random.nextInt(50)), "BAD_REQUEST");
      case 8 ->
          watermark(
              stream,
              pick(
                      "{}",
                      "{\"watermark\": 1}",
                      "{\"watermark\": \"soon\"}",
                      "{\"watermark\": \"9999-12-31T23:59:59Z\"}",
                      "{\"watermark\": \"+1000000000-12-31T23:59:59.999999999Z\"}",
                      "{\"watermark\": \"-1000000000-01-01T00:00:00Z\"}",
                      "{\"watermark\": \"2015-01-01T00:00:00Z\", \"x\": 1}",
                      "[]",
                      "7",
                      "null",
                      "\"2015-01-01T00:00:00Z\"")
                  .getBytes(UTF_8),
              "WATERMARK_INVALID");
      case 9 ->
          watermark(
              fresh, "{\"watermark\": \"2015-01-01T00:00:00Z\"}".getBytes(UTF_8), "STREAM_UNKNOWN");
      case 10 -> new Request(pick("GET", "DELETE"), path, List.of(), null, "STREAM_UNKNOWN");
      default ->
          random.nextBoolean()
              ? new Request(
                  "PUT",
                  path,
                  List.of("Content-Type: " + pick("text/plain", "nonsense", "")),
                  definition().getBytes(UTF_8),
                  "MEDIA_TYPE_UNSUPPORTED")
              : new Request(
                  pick("POST", "PATCH"), path, List.of(), new byte[0], "METHOD_NOT_ALLOWED");
    };
  }

  private static Request put(String path, byte[] body, String expected) {
    return new Request("PUT", path, List.of("Content-Type: application/json"), body, expected);
  }

  private static Request watermark(String stream, byte[] body, String expected) {
    return new Request(
        "POST",
        "/v1/streams/" + stream + "/watermark",
        List.of("Content-Type: application/json"),
        body,
        expected);
  }

  private static String definition() {
    return "{\"fields\": [{\"name\": \"device\", \"type\": \"STRING\"}, {\"name\": \"n\", \"type\":"
        + " \"LONG\", \"nullable\": true}], \"key\": \"device\", \"partitions\": 1}";
  }

  private String unsound() {
    return pick(
        definition().replace("STRING", "TEXT"),
        definition().replace("\"key\": \"device\"", "\"key\": \"nothing\""),
        definition().replace("\"n\", \"type\"", "\"device\", \"type\""),
        definition()
            .replace(
                "\"partitions\": 1",
                "\"partitions\": " + pick("0", "-1", "1e9", "1.5", "true", "\"1\"", "99999999999")),
        definition()
            .replace(
                "\"partitions\": 1",
                "\"lateness\": " + pick("\"soon\"", "5", "\"-PT1S\"", "\"PT999999999999H\"")),
        definition()
            .replace("\"partitions\": 1", "\"retention\": " + pick("\"\"", "\"PT0S\"", "{}")),
        definition().replace("\"partitions\": 1", "\"partitons\": 1"),
        definition()
            .replace(
                "\"name\": \"n\"", "\"name\": \"" + pick("", "1n", "a b", "x".repeat(300)) + "\""),
        "{\"fields\": []}",
        "{\"fields\": {}}",
        "{\"fields\": [1]}",
        "{}");
  }

  // ---- material ----

  private String pick(String... of) {
    return of[random.nextInt(of.length)];
  }

  /** Not JSON, not even by chance. */
  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    bytes[0] |= (byte) 0x80;
    return bytes;
  }

  private String text(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.appendCodePoint(
          random.nextInt(8) == 0 ? 0xA0 + random.nextInt(0x2000) : 32 + random.nextInt(95));
    }
    return text.toString();
  }

  private String cut(String whole) {
    return whole.substring(0, 1 + random.nextInt(whole.length() - 1));
  }

  private String changed(String whole) {
    byte[] bytes = Arrays.copyOf(whole.getBytes(ISO_8859_1), whole.length());
    for (int i = random.nextInt(3); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) (32 + random.nextInt(95));
    }
    return new String(bytes, ISO_8859_1);
  }

  private static String encoded(String sql) {
    return URLEncoder.encode(sql, UTF_8);
  }
}
