package dev.sluice.gateway.security;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.exceptions.RejectedException;
import io.rsocket.exceptions.RejectedSetupException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;

/**
 * What one role asks for over one face.
 *
 * @param may whether that is allowed, by what the role is said to have
 */
record Cell(
    String name, Role role, Predicate<Role> may, BiFunction<RunningGateway, Role, Outcome> ask) {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String EVENT = "[{\"device\":\"d1\",\"n\":1}]";

  enum Outcome {
    LET_IN,
    UNAUTHENTICATED,
    FORBIDDEN,
    /** Fire-and-forget: what became of it is to be seen in the log alone. */
    UNTOLD
  }

  Outcome expected() {
    return !role.known
        ? Outcome.UNAUTHENTICATED
        : may.test(role) ? Outcome.LET_IN : Outcome.FORBIDDEN;
  }

  Outcome outcome(RunningGateway gateway) {
    return ask.apply(gateway, role);
  }

  @Override
  public String toString() {
    return role + " " + name;
  }

  static List<Cell> all() {
    List<Cell> cells = new ArrayList<>();
    for (Role role : Role.values()) {
      http(cells, role);
      events(cells, role);
      questions(cells, role);
    }
    return cells;
  }

  private static void http(List<Cell> cells, Role role) {
    Predicate<Role> admin = by -> by.admin;
    Predicate<Role> anyone = by -> by.known;
    String stream = "{\"fields\":[{\"name\":\"n\",\"type\":\"LONG\"}]}";
    add(cells, role, "GET", "/v1/streams", "", anyone);
    add(cells, role, "GET", "/v1/tables", "", anyone);
    add(cells, role, "GET", "/v1/views", "", anyone);
    add(cells, role, "GET", "/v1/queries", "", anyone);
    add(cells, role, "POST", "/v1/tickets", "", anyone);
    add(cells, role, "GET", "/v1/caller", "", anyone);
    add(cells, role, "GET", "/v1/streams/sec_a", "", knows("sec_a"));
    add(cells, role, "GET", "/v1/views/sec_v", "", knows("sec_v"));
    add(cells, role, "GET", "/v1/tables/sec_t", "", knows("sec_t"));
    add(cells, role, "GET", "/v1/tables/sec_t/rows", "", queries("sec_t"));
    add(cells, role, "PUT", "/v1/streams/sec_new", stream, admin);
    add(cells, role, "DELETE", "/v1/streams/sec_new", "", admin);
    add(cells, role, "PUT", "/v1/tables/sec_t", "{}", admin);
    add(cells, role, "PUT", "/v1/tables/sec_t/rows", "[]", admin);
    add(cells, role, "DELETE", "/v1/tables/sec_t/rows", "[]", admin);
    add(cells, role, "DELETE", "/v1/tables/sec_gone", "", admin);
    add(cells, role, "DELETE", "/v1/views/sec_gone", "", admin);
    add(cells, role, "POST", "/v1/views/sec_gone/rebuild", "", admin);
    add(cells, role, "DELETE", "/v1/views/sec_v/build", "", admin);
    add(cells, role, "DELETE", "/v1/queries/000000000000", "", admin);
    add(cells, role, "GET", "/v1/flow", "", admin);
    add(cells, role, "GET", "/actuator/prometheus", "", admin);
    add(cells, role, "GET", "/nothing/is/here", "", admin);
    add(cells, role, "GET", "/v1/devices", "", admin);
    add(cells, role, "GET", "/subjects", "", admin);
    add(cells, role, "GET", "/schemas/ids/1", "", admin);
    add(cells, role, "GET", "/apis/registry/v2/ids/globalIds/1", "", admin);
    add(cells, role, "GET", "/v1/streams/sec_a/dead-letters", "", queries("sec_a"));
    add(cells, role, "GET", "/v1/streams/sec_b/dead-letters", "", queries("sec_b"));
    add(cells, role, "POST", "/v1/streams/sec_a/dead-letters/replay", "{}", admin);
    add(cells, role, "DELETE", "/v1/streams/sec_a/dead-letters", "", admin);
    add(
        cells,
        role,
        "PUT",
        "/v1/views/sec_w",
        "{\"sql\":\"SELECT s.device, t.name FROM sec_a s JOIN sec_t t ON s.device = t.device\"}",
        admin.and(queries("sec_a", "sec_t")));
    add(
        cells,
        role,
        "PUT",
        "/v1/views/sec_fed",
        "{\"sql\":\"SELECT device, n FROM sec_a\",\"into\":\"sec_b\"}",
        admin.and(queries("sec_a")).and(ingests("sec_b")));
    add(
        cells,
        role,
        "POST",
        "/v1/streams/sec_a/watermark",
        "{\"watermark\":\"2026-01-01T00:00:00Z\"}",
        ingests("sec_a").and(by -> by != Role.DEVICE));
  }

  private static void events(List<Cell> cells, Role role) {
    for (String stream : List.of("sec_a", "sec_b")) {
      String path = "/v1/streams/" + stream + "/events";
      Predicate<Role> may = ingests(stream);
      add(cells, role, "POST", path, EVENT, may);
      cells.add(
          new Cell("WebSocket " + stream, role, may, (gateway, by) -> upgrade(gateway, by, path)));
      socket(
          cells,
          "response " + stream,
          role,
          may,
          true,
          to -> to.requestResponse(event(stream)).flux());
      socket(
          cells,
          "response with its own token " + stream,
          role,
          may,
          false,
          to -> to.requestResponse(own(stream, role)).flux());
      socket(
          cells,
          "channel " + stream,
          role,
          may,
          true,
          to -> to.requestChannel(Flux.just(event(stream))));
      cells.add(
          new Cell(
              "RSocket fire-and-forget " + stream,
              role,
              may,
              (gateway, by) -> {
                Outcome outcome =
                    rsocket(
                        gateway,
                        by,
                        true,
                        socket -> socket.fireAndForget(event(stream)).thenMany(Flux.empty()));
                return outcome == Outcome.LET_IN ? Outcome.UNTOLD : outcome;
              }));
    }
  }

  /**
   * @param introduced whether the connection's set-up has the role's token
   */
  private static void socket(
      List<Cell> cells,
      String name,
      Role role,
      Predicate<Role> may,
      boolean introduced,
      Function<RSocket, Flux<Payload>> request) {
    cells.add(
        new Cell(
            "RSocket " + name,
            role,
            may,
            (gateway, by) -> rsocket(gateway, by, introduced, request)));
  }

  private static Payload event(String stream) {
    return RSocketCaller.request("streams." + stream + ".events", EVENT, null);
  }

  private static Payload own(String stream, Role role) {
    return RSocketCaller.request("streams." + stream + ".events", EVENT, role.token);
  }

  private static void questions(List<Cell> cells, Role role) {
    ask(cells, role, "SELECT device FROM sec_a", "sec_a");
    ask(cells, role, "SELECT device FROM SEC_B", "sec_b");
    ask(cells, role, "SELECT device FROM sec_v", "sec_v");
    ask(cells, role, "SELECT d FROM (SELECT device AS d FROM sec_b) AS x", "sec_b");
    ask(cells, role, "WITH w AS (SELECT device FROM sec_b) SELECT device FROM w", "sec_b");
    ask(
        cells,
        role,
        "SELECT device FROM sec_a UNION ALL SELECT device FROM sec_b",
        "sec_a",
        "sec_b");
    ask(
        cells,
        role,
        "SELECT s.device, t.name FROM sec_a s LEFT JOIN sec_t t ON s.device = t.device",
        "sec_a",
        "sec_t");
    ask(cells, role, "EXPLAIN SELECT device FROM sec_b", "sec_b");
    ask(cells, role, "SELECT device FROM sec_gone", "sec_gone");
  }

  private static void ask(List<Cell> cells, Role role, String sql, String... sources) {
    Predicate<Role> may = queries(sources);
    String body = "{\"sql\":\"" + sql + "\",\"from\":\"-1m\",\"to\":\"now\"}";
    cells.add(
        new Cell(
            "GET " + sql,
            role,
            may,
            (gateway, by) ->
                status(Http.get(gateway.query(sql, "from=-1m", "to=now"), bearer(by)))));
    cells.add(
        new Cell(
            "in a set: " + sql,
            role,
            may,
            (gateway, by) ->
                inSet(
                    Http.send(
                        "POST",
                        gateway.http("/v1/query"),
                        "{\"queries\":[{\"id\":\"q\"," + body.substring(1) + "]}",
                        headers(by)))));
    socket(
        cells,
        sql,
        role,
        may,
        true,
        to -> to.requestStream(RSocketCaller.request("query", body, null)));
  }

  private static Predicate<Role> ingests(String stream) {
    return by -> by.ingests.contains(stream);
  }

  private static Predicate<Role> queries(String... names) {
    return by -> by.queries.containsAll(Set.of(names));
  }

  private static Predicate<Role> knows(String name) {
    return by -> by.admin || by.queries.contains(name) || by.ingests.contains(name);
  }

  private static void add(
      List<Cell> cells, Role role, String method, String path, String body, Predicate<Role> may) {
    cells.add(
        new Cell(
            method + " " + path,
            role,
            may,
            (gateway, by) ->
                path.equals("/v1/flow")
                    ? status(
                        Http.get(
                            gateway.http(path), plus(bearer(by), "Accept", "application/json")))
                    : status(Http.send(method, gateway.http(path), body, headers(by)))));
  }

  private static String[] headers(Role role) {
    return plus(bearer(role), "Content-Type", "application/json");
  }

  private static String[] bearer(Role role) {
    return role == Role.NOBODY
        ? new String[0]
        : new String[] {"Authorization", "Bearer " + role.token()};
  }

  private static String[] plus(String[] headers, String... more) {
    String[] all = Arrays.copyOf(headers, headers.length + more.length);
    System.arraycopy(more, 0, all, headers.length, more.length);
    return all;
  }

  private static Outcome upgrade(RunningGateway gateway, Role role, String path) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "GET " + path + " HTTP/1.1",
                "Host: localhost",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13"));
    if (role != Role.NOBODY) {
      lines.add("Authorization: Bearer " + role.token());
    }
    try (Http.Connection connection = Http.open(gateway.http(), lines.toArray(String[]::new))) {
      String head = connection.readUntil("\r\n");
      return outcome(Integer.parseInt(head.substring(9, 12)));
    }
  }

  private static Outcome status(HttpResponse<String> response) {
    if (response.statusCode() == 401 || response.statusCode() == 403) {
      String challenge = response.headers().firstValue("www-authenticate").orElse("");
      if (!challenge.startsWith("Bearer ")) {
        throw new AssertionError("no WWW-Authenticate: " + response.body());
      }
    }
    return outcome(response.statusCode());
  }

  private static Outcome outcome(int status) {
    return switch (status) {
      case 401 -> Outcome.UNAUTHENTICATED;
      case 403 -> Outcome.FORBIDDEN;
      default -> Outcome.LET_IN;
    };
  }

  /** The stream of a set begins, and what is wrong with a question is that question's answer. */
  private static Outcome inSet(HttpResponse<String> response) {
    return response.statusCode() == 200 && response.body().contains("\"code\":\"FORBIDDEN\"")
        ? Outcome.FORBIDDEN
        : status(response);
  }

  private static Outcome rsocket(
      RunningGateway gateway, Role role, boolean setUp, Function<RSocket, Flux<Payload>> request) {
    RSocket socket = RSocketCaller.connect(gateway, setUp ? role.token : null);
    try {
      request.apply(socket).doOnNext(Payload::release).blockLast(SOON);
      return Outcome.LET_IN;
    } catch (RejectedSetupException refused) {
      return told(refused);
    } catch (RejectedException refused) {
      return told(refused);
    } catch (RuntimeException otherwise) {
      if (otherwise.getMessage() != null && otherwise.getMessage().contains("\"code\":")) {
        // Let in, and told what is wrong with it.
        return Outcome.LET_IN;
      }
      throw otherwise;
    } finally {
      socket.dispose();
    }
  }

  private static Outcome told(RuntimeException refused) {
    return String.valueOf(refused.getMessage()).contains("\"status\":401")
        ? Outcome.UNAUTHENTICATED
        : Outcome.FORBIDDEN;
  }
}
