package dev.sluice.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.deadletter.DeadLetters;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.query.RunningQueries;
import dev.sluice.gateway.Contract;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import dev.sluice.gateway.security.Cell.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;

/**
 * Every role, action, resource and face: who is let in, and that nothing is done for the others.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RightsMatrixTest {
  private static final String STREAM =
      "{\"fields\":[{\"name\":\"device\",\"type\":\"STRING\"},{\"name\":\"n\",\"type\":\"LONG\"}],"
          + "\"key\":\"device\",\"partitions\":1}";
  private static final String TABLE =
      "{\"fields\":[{\"name\":\"device\",\"type\":\"STRING\"},{\"name\":\"name\",\"type\":\"STRING\"}],"
          + "\"key\":[\"device\"]}";
  private static final RunningGateway GATEWAY =
      RunningGateway.start(
          "sluice.security.mode=token",
          "sluice.security.keys=" + Tokens.OURS.file(),
          "sluice.security.clock-skew=0s");

  @BeforeAll
  static void declare() {
    put("/v1/streams/sec_a", STREAM);
    put("/v1/streams/sec_b", STREAM);
    put("/v1/tables/sec_t", TABLE);
    put("/v1/views/sec_v", "{\"sql\":\"SELECT device, n FROM sec_a\"}");
    // Plans are kept: what one may ask, others must not get from there.
    cells(Role.OWNER)
        .filter(cell -> cell.name().contains("SELECT"))
        .forEach(cell -> cell.outcome(GATEWAY));
    RunningQueries running = GATEWAY.bean(RunningQueries.class);
    await().atMost(Duration.ofSeconds(60)).until(() -> running.runningQueries().isEmpty());
  }

  private static void put(String path, String definition) {
    assertThat(
            Http.send(
                    "PUT",
                    GATEWAY.http(path),
                    definition,
                    "Content-Type",
                    "application/json",
                    "Authorization",
                    "Bearer " + Role.OWNER.token())
                .statusCode())
        .isIn(200, 201);
  }

  @AfterAll
  static void close() {
    GATEWAY.close();
  }

  private static Stream<Cell> cells(Role role) {
    return Cell.all().stream().filter(cell -> cell.role() == role);
  }

  @Order(1)
  @ParameterizedTest
  @EnumSource(Role.class)
  void whatIsNotAllowedIsRefusedAndNothingIsDone(Role role) {
    List<Cell> refused = cells(role).filter(cell -> cell.expected() != Outcome.LET_IN).toList();
    List<String> wrong = new ArrayList<>();
    String before = state();
    for (Cell cell : refused) {
      Outcome outcome = cell.outcome(GATEWAY);
      if (outcome != cell.expected() && outcome != Outcome.UNTOLD) {
        wrong.add(cell + " must be " + cell.expected() + ": was " + outcome);
      }
    }
    // What is sent and not answered is over once what came after it is.
    Http.get(GATEWAY.http("/v1/streams"), "Authorization", "Bearer " + Role.OWNER.token());
    assertThat(wrong).isEmpty();
    assertThat(state()).isEqualTo(before);
  }

  @Order(2)
  @ParameterizedTest
  @EnumSource(Role.class)
  void whatIsAllowedIsLetIn(Role role) {
    List<String> wrong = new ArrayList<>();
    cells(role)
        .filter(cell -> cell.expected() == Outcome.LET_IN)
        .forEach(
            cell -> {
              Outcome outcome = cell.outcome(GATEWAY);
              if (outcome != Outcome.LET_IN && outcome != Outcome.UNTOLD) {
                wrong.add(cell + " must be let in: was " + outcome);
              }
            });
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyRouteHasADecidedRight() {
    List<String> undecided =
        Contract.operations().stream()
            .filter(
                operation -> {
                  String[] methodAndPath = operation.split(" ", 2);
                  return HttpRights.decided(
                          HttpMethod.valueOf(methodAndPath[0]),
                          PathContainer.parsePath(methodAndPath[1].replace("{}", "some")))
                      == null;
                })
            .toList();

    assertThat(undecided).as("to be listed in HttpRights").isEmpty();
  }

  @Test
  void whatIsForEverybodyAsksNobody() {
    for (String path :
        List.of("/v1/openapi.yaml", "/v1/asyncapi.yaml", "/docs/", "/actuator/health")) {
      assertThat(Http.get(GATEWAY.http(path)).statusCode()).as(path).isEqualTo(200);
    }
  }

  /** What there is, what is in the log, and what runs. */
  private static String state() {
    Catalog catalog = GATEWAY.bean(Catalog.class);
    EventLog log = GATEWAY.bean(EventLog.class);
    DeadLetters letters = GATEWAY.bean(DeadLetters.class);
    TreeMap<String, Object> state = new TreeMap<>();
    for (CatalogStream stream : catalog.all()) {
      String name = stream.definition().name();
      if (name.startsWith("sec_")) {
        state.put(
            name, stream + " " + Objects.requireNonNull(log.ends(stream.definition()).block()));
        state.put(name + " rejected", Objects.requireNonNull(letters.counts(stream).block()));
      }
    }
    catalog.tables().stream()
        .filter(table -> table.name().startsWith("sec_"))
        .forEach(table -> state.put(table.name(), table));
    state.put("queries", GATEWAY.bean(RunningQueries.class).runningQueries().size());
    return state.toString();
  }
}
