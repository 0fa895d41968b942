package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueryTest {
  private static final String ANSWER =
      """
      {"row": {"window_start":"2026-11-20T12:00:00.000Z","window_end":"2026-11-20T12:00:10.000Z","route":"7","n":12,"v":3.123456}}
      {"row": {"window_start":"2026-11-20T12:00:00.000Z","window_end":"2026-11-20T12:00:10.000Z","route":"801","n":3,"v":null}}
      {"watermark": {"watermark":"2026-11-20T12:00:12.400Z","read":20,"late":5,"filtered":0}}
      {"gap": {"dropped":7}}
      {"end": {"reason":"to","positions":{"0":7},"accounting":{"read":21}}}
      """;

  private final TestHttp http = new TestHttp();

  @AfterEach
  void stop() {
    http.close();
  }

  @Test
  void linesAreHandedOnAsTheyAreWhereThereIsNoTerminal() {
    http.on("POST /v1/query", 200, ANSWER);
    Run run = query("SELECT 1", "--from", "-15m", "--emit", "changes", "--every", "1s");
    assertThat(run).isEqualTo(new Run(0, ANSWER, ""));
    TestHttp.Request request = http.requests.get(0);
    assertThat(request.accept()).isEqualTo("application/x-ndjson");
    assertThat(request.body())
        .isEqualTo(
            "{\"sql\":\"SELECT 1\",\"from\":\"-15m\",\"emit\":\"changes\",\"every\":\"1s\",\"ids\":true}");
  }

  @Test
  void tableHasAlignedColumnsAndWhatTheQueryTells() {
    http.on("POST /v1/query", 200, ANSWER);
    Run run = query("SELECT 1", "--format", "table");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            window_start              window_end                route   n       v
            2026-11-20T12:00:00.000Z  2026-11-20T12:00:10.000Z  7      12  3.1235
            2026-11-20T12:00:00.000Z  2026-11-20T12:00:10.000Z  801     3
            missed: dropped 7 · watermark 2026-11-20T12:00:12.400Z · read 21 · late 5 · reason to · ended
            """);
  }

  @Test
  void jsonIsAskedForAsSuch() {
    http.on("POST /v1/query", 200, "{\"columns\":[],\"rows\":[]}\n");
    Run run = query("SELECT 1", "--to", "now", "--format", "json");
    assertThat(run.out()).isEqualTo("{\"columns\":[],\"rows\":[]}\n");
    assertThat(http.requests.get(0).accept()).isEqualTo("application/json");
  }

  @Test
  void answerThatIsCutGoesOnAfterItsLastLine() {
    http.on("POST /v1/query", 200, "{\"row\": {\"a\":1}, \"id\": \"t1\"}\n")
        .then(
            "POST /v1/query",
            200,
            "{\"row\": {\"a\":2}, \"id\": \"t2\"}\n"
                + "{\"error\": {\"code\":\"SLOW_SUBSCRIBER\",\"detail\":\"\"}, \"id\": \"t2\"}\n")
        .then(
            "POST /v1/query",
            200,
            "{\"row\": {\"a\":3}, \"id\": \"t3\"}\n{\"end\": {}, \"id\": \"t4\"}\n");

    Run run = query("SELECT 1");

    assertThat(run)
        .isEqualTo(
            new Run(
                0,
                "{\"row\": {\"a\":1}}\n{\"row\": {\"a\":2}}\n{\"row\": {\"a\":3}}\n{\"end\": {}}\n",
                ""));
    assertThat(http.requests)
        .extracting(TestHttp.Request::body)
        .containsExactly(
            "{\"sql\":\"SELECT 1\",\"ids\":true}",
            "{\"sql\":\"SELECT 1\",\"ids\":true,\"after\":\"t1\"}",
            "{\"sql\":\"SELECT 1\",\"ids\":true,\"after\":\"t2\"}");
  }

  @Test
  void answerGoesOnWhenItsTokenExpiresAndWhileTheGatewayStarts() {
    http.on(
            "POST /v1/query",
            200,
            "{\"row\": {\"a\":1}, \"id\": \"t1\"}\n"
                + "{\"error\": {\"code\":\"TOKEN_EXPIRED\",\"status\":401,\"detail\":\"\"}, \"id\": \"t1\"}\n")
        .then("POST /v1/query", 503, "{\"code\":\"STARTING\",\"status\":503,\"detail\":\"\"}")
        .then(
            "POST /v1/query",
            200,
            "{\"row\": {\"a\":2}, \"id\": \"t2\"}\n{\"end\": {}, \"id\": \"t3\"}\n");

    assertThat(query("SELECT 1"))
        .isEqualTo(new Run(0, "{\"row\": {\"a\":1}}\n{\"row\": {\"a\":2}}\n{\"end\": {}}\n", ""));
  }

  @Test
  void answerEndsWithATokenThatHasNoSuccessor() {
    http.on(
            "POST /v1/query",
            200,
            "{\"row\": {\"a\":1}, \"id\": \"t1\"}\n"
                + "{\"error\": {\"code\":\"TOKEN_EXPIRED\",\"status\":401,\"detail\":\"\"}, \"id\": \"t1\"}\n")
        .then(
            "POST /v1/query",
            401,
            "{\"code\":\"TOKEN_EXPIRED\",\"status\":401,\"detail\":\"come with another\"}");

    assertThat(query("SELECT 1"))
        .isEqualTo(
            new Run(1, "{\"row\": {\"a\":1}}\n", "sluice: TOKEN_EXPIRED: come with another\n"));
  }

  @Test
  void errorPointsAtItsPlaceInTheSql() {
    http.on(
        "POST /v1/query",
        400,
        """
        {"type":"urn:sluice:problem:query-unknown-column","title":"Unknown column","status":400,
         "code":"QUERY_UNKNOWN_COLUMN","detail":"readings has no column temprature; did you mean temperature?",
         "line":2,"column":10}""");
    Run run = query("SELECT device,\n  AVG(x, temprature)\nFROM readings");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            """
            sluice: QUERY_UNKNOWN_COLUMN: readings has no column temprature; did you mean temperature?
                AVG(x, temprature)
                       ^
            """);
  }

  @Test
  void errorInTheMiddleOfTheAnswerEndsIt() {
    http.on(
        "POST /v1/query",
        200,
        "{\"row\": {\"a\":1}}\n{\"error\": {\"code\":\"STREAM_CHANGED\",\"detail\":\"ask again\"}}\n");
    Run run = query("SELECT 1", "--format", "table");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).startsWith("a\n1\n");
    assertThat(run.err()).isEqualTo("sluice: STREAM_CHANGED: ask again\n");

    Run lines = query("SELECT 1");
    assertThat(lines.exitCode()).isEqualTo(1);
    assertThat(lines.out().lines()).hasSize(2);
  }

  @Test
  void answerThatIsNoProblemDocumentIsToldAsItIs() {
    http.on("POST /v1/query", 502, "<html>bad gateway</html>");
    assertThat(query("SELECT 1").err()).isEqualTo("sluice: HTTP 502: <html>bad gateway</html>\n");
  }

  private Run query(String sql, String... options) {
    String[] line = new String[options.length + 4];
    line[0] = "query";
    line[1] = sql;
    System.arraycopy(options, 0, line, 2, options.length);
    line[options.length + 2] = "--url";
    line[options.length + 3] = http.url();
    return Run.of(line);
  }
}
