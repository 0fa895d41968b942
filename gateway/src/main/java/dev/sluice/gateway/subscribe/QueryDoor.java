package dev.sluice.gateway.subscribe;

import dev.sluice.engine.query.LiveQueries;
import dev.sluice.engine.query.LiveQuery;
import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryRequest;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.json.JsonMapper;

/**
 * Questions over HTTP.
 *
 * <p>What is wrong before the first byte is a problem document with its status; what goes wrong
 * later is an event of the stream.
 */
@RestController
class QueryDoor {
  private static final byte[] NOTHING = {};
  private static final String LAST_EVENT_ID = "Last-Event-ID";

  /**
   * The first bytes of an SSE stream: EventSource opens, and comes back after a second if cut. (An
   * NDJSON stream begins with a buffer of nothing: the server sends the head of an answer with its
   * first buffer only, and there may be no row for long.)
   */
  private static final byte[] SSE_OPENING = "retry: 1000\n\n".getBytes(StandardCharsets.US_ASCII);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final LiveQueries queries;
  private final OpenStreams openStreams;
  private final QueryProperties properties;

  QueryDoor(LiveQueries queries, OpenStreams openStreams, QueryProperties properties) {
    this.queries = queries;
    this.openStreams = openStreams;
    this.properties = properties;
  }

  @GetMapping("/v1/query")
  Mono<Void> get(ServerWebExchange exchange) {
    return answer(
        exchange, Mono.fromSupplier(() -> Questions.of(exchange.getRequest().getQueryParams())));
  }

  @PostMapping(path = "/v1/query", consumes = MediaType.APPLICATION_JSON_VALUE)
  Mono<Void> post(ServerWebExchange exchange, @RequestBody(required = false) Mono<byte[]> body) {
    return answer(exchange, body.defaultIfEmpty(NOTHING).map(Questions::of));
  }

  private Mono<Void> answer(ServerWebExchange exchange, Mono<Question> asked) {
    HttpHeaders headers = exchange.getRequest().getHeaders();
    Face face = Face.preferred(headers.getOrEmpty(HttpHeaders.ACCEPT));
    return asked
        .map(question -> question.after(headers.getFirst(LAST_EVENT_ID)))
        .doOnNext(question -> checkEmit(face, question.request()))
        .flatMap(
            question ->
                queries
                    .open(question.request())
                    .flatMap(query -> answer(exchange, query, face, face.format(question.ids()))));
  }

  private Mono<Void> answer(
      ServerWebExchange exchange, LiveQuery query, Face face, QueryEvent.Format format) {
    ServerHttpResponse response = exchange.getResponse();
    if (query.finished()) {
      // What makes an EventSource stop coming back.
      response.setStatusCode(HttpStatus.NO_CONTENT);
      return response.setComplete();
    }
    if (exchange.getRequest().getMethod() == HttpMethod.HEAD) {
      return headersOnly(response, face);
    }
    return switch (face) {
      case SSE, NDJSON -> stream(exchange, query, face, format);
      case JSON -> collect(response, query);
    };
  }

  private static void checkEmit(Face face, QueryRequest request) {
    if (face == Face.JSON && "changes".equals(request.emit())) {
      throw Problem.ofField(
              ProblemCode.QUERY_PARAMETER,
              "emit",
              "a JSON answer holds final and open rows, each once: leave emit out, or ask for"
                  + " text/event-stream or application/x-ndjson")
          .toException();
    }
  }

  private static Mono<Void> headersOnly(ServerHttpResponse response, Face face) {
    describe(response, face);
    return response.setComplete();
  }

  private Mono<Void> stream(
      ServerWebExchange exchange, LiveQuery query, Face face, QueryEvent.Format format) {
    ServerHttpResponse response = exchange.getResponse();
    describe(response, face);
    DataBufferFactory buffers = response.bufferFactory();
    Channel channel = channel(exchange.getRequest());
    Flux<QueryEvent> events =
        openStreams.untilStop(query.events(format, () -> EventWriter.pending(channel)));
    byte[] opening = face == Face.SSE ? SSE_OPENING : NOTHING;
    return response.writeWith(
        Flux.concat(
            Mono.fromSupplier(() -> buffers.wrap(opening)),
            Mono.defer(() -> EventWriter.write(events, channel, format, isChunked(response)))));
  }

  /** Whether the head, once written, says that the body comes in chunks. */
  private static boolean isChunked(ServerHttpResponse response) {
    HttpServerResponse server = ServerHttpResponseDecorator.getNativeResponse(response);
    return server.responseHeaders().contains(HttpHeaderNames.TRANSFER_ENCODING);
  }

  private static void describe(ServerHttpResponse response, Face face) {
    HttpHeaders headers = response.getHeaders();
    headers.setContentType(face.mediaType());
    headers.setCacheControl("no-cache, no-transform");
    headers.set("X-Accel-Buffering", "no");
  }

  private static Channel channel(ServerHttpRequest request) {
    HttpServerRequest server = ServerHttpRequestDecorator.getNativeRequest(request);
    AtomicReference<Channel> channel = new AtomicReference<>();
    server.withConnection(connection -> channel.set(connection.channel()));
    return Objects.requireNonNull(channel.get());
  }

  private Mono<Void> collect(ServerHttpResponse response, LiveQuery query) {
    if (!query.bounded()) {
      throw Problem.ofField(
              ProblemCode.QUERY_UNBOUNDED,
              "to",
              "a JSON answer needs a query that ends: give to (now, or an instant) or LIMIT, or ask"
                  + " for text/event-stream or application/x-ndjson")
          .toException();
    }
    long capacity = properties.maxJsonResult().toBytes();
    return openStreams
        .untilStop(query.events(QueryEvent.Format.JSON))
        .collect(() -> new JsonResult(query.columns(), capacity), JsonResult::add)
        .flatMap(result -> write(response, result));
  }

  private static Mono<Void> write(ServerHttpResponse response, JsonResult result) {
    byte[] error = result.error();
    byte[] body = error == null ? result.toJson() : error;
    if (error == null) {
      response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
    } else {
      int status = JSON.readTree(error).path("status").intValue();
      response.setStatusCode(HttpStatusCode.valueOf(status));
      response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    }
    response.getHeaders().setCacheControl("no-store");
    response.getHeaders().setContentLength(body.length);
    return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
  }
}
