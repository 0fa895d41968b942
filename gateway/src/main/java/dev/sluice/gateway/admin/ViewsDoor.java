package dev.sluice.gateway.admin;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.DeclaredView;
import dev.sluice.engine.catalog.ViewState;
import dev.sluice.engine.view.ViewCatalog;
import dev.sluice.gateway.security.Caller;
import dev.sluice.gateway.security.Rights;
import dev.sluice.model.problem.Nearest;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.ViewJson;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Views over HTTP. */
@RestController
@RequestMapping(path = "/v1/views", produces = MediaType.APPLICATION_JSON_VALUE)
class ViewsDoor {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final byte[] NOTHING = {};

  private final Catalog catalog;
  private final ViewCatalog views;
  private final ViewStatus status;

  ViewsDoor(Catalog catalog, ViewCatalog views, ViewStatus status) {
    this.catalog = catalog;
    this.views = views;
    this.status = status;
  }

  @GetMapping
  Mono<byte[]> list(ServerWebExchange exchange) {
    Rights rights = Caller.of(exchange).rights();
    return status.states().map(states -> listed(states, rights));
  }

  private byte[] listed(Optional<Map<Long, ViewState>> states, Rights rights) {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode listed = answer.putArray("views");
    for (CatalogView view : catalog.views()) {
      if (!rights.mayKnow(view.name())) {
        continue;
      }
      String state = states.map(all -> ViewStatus.state(all.get(view.generation()))).orElse(null);
      ObjectNode shown = shown(view, rights);
      shown
          .putObject(ViewJson.STATUS)
          .put("state", state)
          .put("building", catalog.findBuild(view.name()) != null);
      listed.add(shown);
    }
    return bytes(answer);
  }

  @PutMapping(path = "/{view}", consumes = MediaType.APPLICATION_JSON_VALUE)
  Mono<ResponseEntity<byte[]>> declare(
      @PathVariable("view") String name,
      @RequestParam(name = "keep", defaultValue = "false") String keep,
      @RequestBody(required = false) Mono<byte[]> body,
      ServerWebExchange exchange) {
    boolean keeps = keeps(keep);
    Rights rights = Caller.of(exchange).rights();
    return body.defaultIfEmpty(NOTHING)
        .map(json -> ViewJson.parse(name, json))
        .doOnNext(view -> requireMayFeed(view, rights))
        .flatMap(view -> views.declare(view, keeps, rights))
        .map(ViewsDoor::answer);
  }

  /** Its rows are events of that stream. */
  private static void requireMayFeed(ViewDefinition view, Rights rights) {
    if (view.into() != null) {
      rights.requireIngest(view.into());
    }
  }

  /** Where rows are sent to is not for who only reads them: an address may be a secret. */
  private static ObjectNode shown(CatalogView view, Rights rights) {
    ViewDefinition definition = view.definition();
    return ViewJson.toJson(rights.isAdmin() ? definition : definition.withWebhook(null));
  }

  private static boolean keeps(String asked) {
    if (asked.equals("true") || asked.equals("false")) {
      return asked.equals("true");
    }
    throw Problem.ofField(
            ProblemCode.BAD_REQUEST, "keep", "keep must be true or false: was \"" + asked + "\"")
        .toException();
  }

  private static ResponseEntity<byte[]> answer(DeclaredView declared) {
    byte[] definition = bytes(ViewJson.toJson(declared.view().definition()));
    if (declared.building()) {
      return ResponseEntity.accepted().body(definition);
    }
    return switch (declared.outcome()) {
      case CREATED ->
          ResponseEntity.created(URI.create("/v1/views/" + declared.view().name()))
              .body(definition);
      case CHANGED, UNCHANGED -> ResponseEntity.ok(definition);
    };
  }

  @PostMapping("/{view}/rebuild")
  Mono<ResponseEntity<byte[]>> rebuild(
      @PathVariable("view") String name,
      @RequestParam(name = "keep", defaultValue = "false") String keep) {
    return views
        .rebuild(name, keeps(keep))
        .switchIfEmpty(Mono.error(() -> unknown(name)))
        .map(ViewsDoor::answer);
  }

  @DeleteMapping("/{view}/build")
  Mono<ResponseEntity<Void>> cancel(@PathVariable("view") String name) {
    if (catalog.findView(name) == null) {
      throw unknown(name);
    }
    return catalog.cancelBuild(name).thenReturn(ResponseEntity.noContent().build());
  }

  @GetMapping("/{view}")
  Mono<byte[]> read(@PathVariable("view") String name, ServerWebExchange exchange) {
    Rights rights = Caller.of(exchange).rights();
    CatalogView view = catalog.findView(name);
    if (view == null) {
      throw unknown(name, rights);
    }
    return status.of(view).map(now -> bytes(shown(view, rights).set(ViewJson.STATUS, now)));
  }

  @DeleteMapping("/{view}")
  Mono<ResponseEntity<Void>> delete(@PathVariable("view") String name) {
    return catalog
        .deleteView(name)
        .map(
            deleted -> {
              if (!deleted) {
                throw unknown(name);
              }
              return ResponseEntity.status(HttpStatus.NO_CONTENT).build();
            });
  }

  private RuntimeException unknown(String name) {
    return unknown(name, Rights.ALL);
  }

  private RuntimeException unknown(String name, Rights rights) {
    List<String> names =
        catalog.views().stream().map(CatalogView::name).filter(rights::mayKnow).toList();
    return Problem.of(
            ProblemCode.VIEW_UNKNOWN, "there is no view " + name + Nearest.hint(name, names))
        .toException();
  }

  private static byte[] bytes(JsonNode node) {
    return JSON.writeValueAsBytes(node);
  }
}
