package dev.sluice.gateway.admin;

import dev.sluice.engine.query.RunningQueries;
import dev.sluice.engine.query.RunningQuery;
import dev.sluice.gateway.audit.Deeds;
import dev.sluice.gateway.security.Caller;
import dev.sluice.gateway.security.Rights;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The queries that this gateway runs, over HTTP. */
@RestController
@RequestMapping(path = "/v1/queries", produces = MediaType.APPLICATION_JSON_VALUE)
class QueriesDoor {
  /** Queries in one answer. */
  static final int MOST = 1_000;

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Comparator<RunningQuery> OLDEST_FIRST =
      Comparator.comparing((RunningQuery query) -> query.computations().get(0).started())
          .thenComparing(RunningQuery::id);

  private final RunningQueries queries;
  private final Deeds deeds;

  QueriesDoor(RunningQueries queries, Deeds deeds) {
    this.queries = queries;
    this.deeds = deeds;
  }

  @GetMapping
  byte[] list(
      @RequestParam(name = "stream", required = false) @Nullable String stream,
      ServerWebExchange exchange) {
    Rights rights = Caller.of(exchange).rights();
    List<RunningQuery> running =
        queries.runningQueries().stream()
            .filter(query -> mayKnow(query, rights))
            .filter(query -> stream == null || stream.equals(query.plan().get("scan")))
            .sorted(OLDEST_FIRST)
            .toList();
    ObjectNode answer = JSON.createObjectNode().put("running", running.size());
    ArrayNode shown = answer.putArray("queries");
    running.stream().limit(MOST).forEach(query -> shown.add(QueryJson.toJson(query, 1)));
    return JSON.writeValueAsBytes(answer);
  }

  /** Its text says what is asked of streams: that is for who could ask it. */
  private static boolean mayKnow(RunningQuery query, Rights rights) {
    return rights.isAdmin() || query.sources().stream().allMatch(rights::mayQuery);
  }

  @GetMapping("/{query}")
  byte[] read(@PathVariable("query") String id, ServerWebExchange exchange) {
    RunningQuery query = queries.runningQuery(id);
    if (query == null) {
      throw unknown(id);
    }
    Rights rights = Caller.of(exchange).rights();
    if (!rights.isAdmin()) {
      query.sources().forEach(rights::requireQuery);
    }
    return JSON.writeValueAsBytes(QueryJson.toJson(query, MOST));
  }

  @DeleteMapping("/{query}")
  Mono<ResponseEntity<Void>> delete(@PathVariable("query") String id) {
    RunningQuery query = queries.runningQuery(id);
    if (query == null) {
      throw unknown(id);
    }
    return deeds
        .tell("delete", "query", id, JSON.createObjectNode().put("sql", query.asked().sql()))
        .then(Mono.fromCallable(() -> ended(id)));
  }

  private ResponseEntity<Void> ended(String id) {
    if (!queries.delete(id)) {
      throw unknown(id);
    }
    return ResponseEntity.status(HttpStatus.NO_CONTENT).build();
  }

  private static RuntimeException unknown(String id) {
    return Problem.of(
            ProblemCode.QUERY_UNKNOWN,
            "no query " + id + " runs on this gateway: GET /v1/queries lists those that do")
        .toException();
  }
}
