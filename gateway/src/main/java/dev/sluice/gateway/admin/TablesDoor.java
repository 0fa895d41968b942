package dev.sluice.gateway.admin;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.engine.catalog.DeclaredTable;
import dev.sluice.engine.reference.TableNames;
import dev.sluice.engine.reference.TableRows;
import dev.sluice.gateway.security.Caller;
import dev.sluice.gateway.security.Rights;
import dev.sluice.model.json.FrameBounds;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.problem.Nearest;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.table.TableDefinition;
import dev.sluice.model.table.TableJson;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reference tables over HTTP. */
@RestController
@RequestMapping(path = "/v1/tables", produces = MediaType.APPLICATION_JSON_VALUE)
class TablesDoor {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final byte[] NOTHING = {};
  private static final String NDJSON = "application/x-ndjson";
  private static final String USUAL_LIMIT = "100";
  private static final int MOST_ROWS = 1_000;

  private final Catalog catalog;
  private final TableRows rows;
  private final TableStatus status;

  TablesDoor(Catalog catalog, TableRows rows, TableStatus status) {
    this.catalog = catalog;
    this.rows = rows;
    this.status = status;
  }

  @GetMapping
  byte[] list(ServerWebExchange exchange) {
    Rights rights = Caller.of(exchange).rights();
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode listed = answer.putArray("tables");
    catalog.tables().stream()
        .filter(table -> rights.mayKnow(table.name()))
        .forEach(table -> listed.add(TableJson.toJson(table.definition())));
    return bytes(answer);
  }

  @PutMapping(path = "/{table}", consumes = MediaType.APPLICATION_JSON_VALUE)
  Mono<ResponseEntity<byte[]>> declare(
      @PathVariable("table") String name, @RequestBody(required = false) Mono<byte[]> body) {
    return body.defaultIfEmpty(NOTHING)
        .map(json -> named(TableJson.parse(name, json)))
        .flatMap(catalog::declareTable)
        .map(TablesDoor::answer);
  }

  private static TableDefinition named(TableDefinition table) {
    TableNames.require(table);
    return table;
  }

  private static ResponseEntity<byte[]> answer(DeclaredTable declared) {
    byte[] definition = bytes(TableJson.toJson(declared.table().definition()));
    return switch (declared.outcome()) {
      case CREATED ->
          ResponseEntity.created(URI.create("/v1/tables/" + declared.table().name()))
              .body(definition);
      case CHANGED, UNCHANGED -> ResponseEntity.ok(definition);
    };
  }

  @GetMapping("/{table}")
  Mono<byte[]> read(@PathVariable("table") String name, ServerWebExchange exchange) {
    CatalogTable table = require(name, exchange);
    return status
        .of(table)
        .map(now -> bytes(TableJson.toJson(table.definition()).set(TableJson.STATUS, now)));
  }

  @DeleteMapping("/{table}")
  Mono<ResponseEntity<Void>> delete(
      @PathVariable("table") String name, ServerWebExchange exchange) {
    return catalog
        .deleteTable(name)
        .map(
            deleted -> {
              if (!deleted) {
                throw unknown(name, exchange);
              }
              return ResponseEntity.status(HttpStatus.NO_CONTENT).build();
            });
  }

  @PutMapping(
      path = "/{table}/rows",
      consumes = {MediaType.APPLICATION_JSON_VALUE, NDJSON})
  Mono<byte[]> put(@PathVariable("table") String name, ServerWebExchange exchange) {
    CatalogTable table = require(name, exchange);
    MediaType type = exchange.getRequest().getHeaders().getContentType();
    FrameFormat format =
        MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type)
            ? FrameFormat.JSON
            : FrameFormat.NDJSON;
    return body(exchange)
        .flatMap(json -> rows.put(table, json, format))
        .map(count -> bytes(JSON.createObjectNode().put("rows", count)));
  }

  @DeleteMapping(path = "/{table}/rows", consumes = MediaType.APPLICATION_JSON_VALUE)
  Mono<byte[]> deleteRows(@PathVariable("table") String name, ServerWebExchange exchange) {
    CatalogTable table = require(name, exchange);
    return body(exchange)
        .flatMap(json -> rows.delete(table, json))
        .map(count -> bytes(JSON.createObjectNode().put("rows", count)));
  }

  /** As large as a frame of events may be. */
  private static Mono<byte[]> body(ServerWebExchange exchange) {
    return DataBufferUtils.join(exchange.getRequest().getBody(), FrameBounds.DEFAULT.frameBytes())
        .map(TablesDoor::bytes)
        .defaultIfEmpty(NOTHING);
  }

  private static byte[] bytes(DataBuffer buffer) {
    byte[] bytes = new byte[buffer.readableByteCount()];
    buffer.read(bytes);
    DataBufferUtils.release(buffer);
    return bytes;
  }

  @GetMapping("/{table}/rows")
  Mono<byte[]> rows(
      @PathVariable("table") String name,
      @RequestParam(name = "limit", defaultValue = USUAL_LIMIT) String limit,
      ServerWebExchange exchange) {
    CatalogTable table = require(name, exchange);
    return rows.some(table, limit(limit)).map(some -> JSON.writeValueAsBytes(Map.of("rows", some)));
  }

  private static int limit(String asked) {
    if (asked.matches("\\d{1,4}") && Integer.parseInt(asked) <= MOST_ROWS) {
      return Integer.parseInt(asked);
    }
    throw Problem.ofField(
            ProblemCode.BAD_REQUEST,
            "limit",
            "limit must be 0.." + MOST_ROWS + " rows: was \"" + asked + "\"")
        .toException();
  }

  private CatalogTable require(String name, ServerWebExchange exchange) {
    CatalogTable table = catalog.findTable(name);
    if (table == null) {
      throw unknown(name, exchange);
    }
    return table;
  }

  private RuntimeException unknown(String name, ServerWebExchange exchange) {
    Rights rights = Caller.of(exchange).rights();
    List<String> names =
        catalog.tables().stream().map(CatalogTable::name).filter(rights::mayKnow).toList();
    return Problem.of(
            ProblemCode.TABLE_UNKNOWN, "there is no table " + name + Nearest.hint(name, names))
        .toException();
  }

  private static byte[] bytes(JsonNode node) {
    return JSON.writeValueAsBytes(node);
  }
}
