package dev.sluice.gateway.admin;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Declared;
import dev.sluice.gateway.security.Caller;
import dev.sluice.gateway.security.Rights;
import dev.sluice.model.problem.Nearest;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Streams over HTTP. */
@RestController
@RequestMapping(path = "/v1/streams", produces = MediaType.APPLICATION_JSON_VALUE)
class StreamsDoor {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final byte[] NOTHING = {};

  private final Catalog catalog;
  private final StreamStatus status;
  private final StatedWatermark watermarks;

  StreamsDoor(Catalog catalog, StreamStatus status, StatedWatermark watermarks) {
    this.catalog = catalog;
    this.status = status;
    this.watermarks = watermarks;
  }

  @GetMapping
  byte[] list(ServerWebExchange exchange) {
    Rights rights = Caller.of(exchange).rights();
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode streams = answer.putArray("streams");
    catalog.all().stream()
        .map(CatalogStream::definition)
        .filter(stream -> stream.view() == null && rights.mayKnow(stream.name()))
        .forEach(stream -> streams.add(StreamJson.toJson(stream)));
    return bytes(answer);
  }

  @PutMapping(path = "/{stream}", consumes = MediaType.APPLICATION_JSON_VALUE)
  Mono<ResponseEntity<byte[]>> declare(
      @PathVariable("stream") String name,
      @RequestBody(required = false) Mono<byte[]> body,
      ServerWebExchange exchange) {
    Rights rights = Caller.of(exchange).rights();
    return body.defaultIfEmpty(NOTHING)
        .map(json -> StreamJson.parse(name, json))
        .doOnNext(stream -> requireMayRead(stream, rights))
        .flatMap(catalog::declare)
        .map(StreamsDoor::answer);
  }

  /** A topic of another stream holds what that stream's readers alone may read. */
  private void requireMayRead(StreamDefinition stream, Rights rights) {
    if (stream.foreign() == null) {
      return;
    }
    for (CatalogStream other : catalog.all()) {
      StreamDefinition there = other.definition();
      boolean isItsOwn =
          there.foreign() == null
              && Set.of(there.topic(), there.deadLetterTopic()).contains(stream.topic());
      if (isItsOwn) {
        rights.requireQuery(there.name());
      }
    }
  }

  private static ResponseEntity<byte[]> answer(Declared declared) {
    byte[] definition = bytes(StreamJson.toJson(declared.stream().definition()));
    return switch (declared.outcome()) {
      case CREATED ->
          ResponseEntity.created(URI.create("/v1/streams/" + declared.stream().definition().name()))
              .body(definition);
      case CHANGED, UNCHANGED -> ResponseEntity.ok(definition);
    };
  }

  @GetMapping("/{stream}")
  Mono<byte[]> read(@PathVariable("stream") String name, ServerWebExchange exchange) {
    CatalogStream stream = require(name, exchange);
    return status
        .of(stream)
        .map(now -> bytes(StreamJson.toJson(stream.definition()).set(StreamJson.STATUS, now)));
  }

  @DeleteMapping("/{stream}")
  Mono<ResponseEntity<Void>> delete(
      @PathVariable("stream") String name, ServerWebExchange exchange) {
    return catalog
        .delete(name)
        .map(
            deleted -> {
              if (!deleted) {
                throw unknown(name, Caller.of(exchange).rights());
              }
              return ResponseEntity.status(HttpStatus.NO_CONTENT).build();
            });
  }

  @PostMapping(path = "/{stream}/watermark", consumes = MediaType.APPLICATION_JSON_VALUE)
  Mono<byte[]> state(
      @PathVariable("stream") String name,
      @RequestBody(required = false) Mono<byte[]> body,
      ServerWebExchange exchange) {
    CatalogStream stream = require(name, exchange);
    return body.defaultIfEmpty(NOTHING)
        .flatMap(json -> watermarks.state(stream, json))
        .map(
            watermark -> bytes(JSON.createObjectNode().put("watermark", Instants.text(watermark))));
  }

  private CatalogStream require(String name, ServerWebExchange exchange) {
    CatalogStream stream = catalog.find(name);
    if (stream == null) {
      throw unknown(name, Caller.of(exchange).rights());
    }
    return stream;
  }

  private RuntimeException unknown(String name, Rights rights) {
    List<String> names =
        catalog.all().stream()
            .map(stream -> stream.definition().name())
            .filter(rights::mayKnow)
            .toList();
    return Problem.of(
            ProblemCode.STREAM_UNKNOWN, "there is no stream " + name + Nearest.hint(name, names))
        .toException();
  }

  private static byte[] bytes(JsonNode node) {
    return JSON.writeValueAsBytes(node);
  }
}
