package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueriesTest {
  private final TestHttp http = new TestHttp();

  @AfterEach
  void stop() {
    http.close();
  }

  private Run queries(String... arguments) {
    String[] line = new String[arguments.length + 3];
    line[0] = "queries";
    System.arraycopy(arguments, 0, line, 1, arguments.length);
    line[arguments.length + 1] = "--url";
    line[arguments.length + 2] = http.url();
    return Run.of(line);
  }

  @Test
  void listIsALineAComputation() {
    http.on(
        "GET /v1/queries",
        200,
        """
        {"running":1,"queries":[{"id":"0a1b","sql":"SELECT\\n 1","computations":[
          {"state":"live","lag-events":0,"subscribers":3,"rows-per-second":2.5},
          {"state":"catching-up","lag-events":null,"subscribers":1,"rows-per-second":0.0}]}]}""");

    assertThat(queries("list").out())
        .isEqualTo(
            "0a1b          live                 0 behind      3 subscribers        2.5 rows/s  SELECT 1\n"
                + "0a1b          catching-up          ? behind      1 subscribers        0.0 rows/s  SELECT 1\n");
  }

  @Test
  void deleteEndsAQueryAndSaysSo() {
    http.on("DELETE /v1/queries/0a1b", 204, "");

    assertThat(queries("delete", "0a1b").out()).isEqualTo("ended 0a1b\n");
    assertThat(queries("delete", "../streams/x").exitCode()).isEqualTo(2);
  }

  @Test
  void showPrintsWhatTheGatewaySays() {
    http.on("GET /v1/queries/0a1b", 200, "{\"id\":\"0a1b\"}");

    assertThat(queries("show", "0a1b").out()).contains("\"id\": \"0a1b\"");
  }
}
