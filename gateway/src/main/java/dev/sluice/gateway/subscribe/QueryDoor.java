package dev.sluice.gateway.subscribe;

import dev.sluice.engine.query.LiveQueries;
import dev.sluice.engine.query.LiveQuery;
import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryRequest;
import dev.sluice.gateway.connection.Pending;
import dev.sluice.gateway.http.Channels;
import dev.sluice.gateway.quota.Asked;
import dev.sluice.gateway.quota.Quotas;
import dev.sluice.gateway.security.Caller;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Questions over HTTP.
 *
 * <p>What is wrong before the first byte is a problem document with its status; what goes wrong
 * later is an event of the stream.
 *
 * <p>A plain handler, and no annotated method: what WebFlux keeps for the call of one, it would
 * keep for as long as the answer lasts, some 4 KiB a subscriber.
 */
@Component
class QueryDoor implements WebHandler {
  static final String PATH = "/v1/query";
  private static final Set<HttpMethod> METHODS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.OPTIONS);
  private static final byte[] NOTHING = {};
  private static final int MAX_BODY_BYTES = 256 << 10;
  private static final String LAST_EVENT_ID = "Last-Event-ID";

  /**
   * The first bytes of an SSE stream: EventSource opens, and comes back after a second if cut. (An
   * NDJSON stream begins with a buffer of nothing: the server sends the head of an answer with its
   * first buffer only, and there may be no row for long.)
   */
  private static final byte[] SSE_OPENING = "retry: 1000\n\n".getBytes(StandardCharsets.US_ASCII);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final LiveQueries queries;
  private final QuerySets sets;
  private final OpenStreams openStreams;
  private final Quotas quotas;
  private final Outflow outflow;
  private final QueryProperties properties;

  QueryDoor(
      LiveQueries queries,
      QuerySets sets,
      OpenStreams openStreams,
      Quotas quotas,
      Outflow outflow,
      QueryProperties properties) {
    this.queries = queries;
    this.sets = sets;
    this.openStreams = openStreams;
    this.quotas = quotas;
    this.outflow = outflow;
    this.properties = properties;
  }

  @Override
  public Mono<Void> handle(ServerWebExchange exchange) {
    ServerHttpRequest request = exchange.getRequest();
    HttpMethod method = request.getMethod();
    if (method == HttpMethod.GET || method == HttpMethod.HEAD) {
      return answer(exchange, Mono.fromSupplier(() -> Questions.of(request.getQueryParams())));
    }
    if (method == HttpMethod.POST) {
      return body(request)
          .map(Questions::object)
          .flatMap(
              asked ->
                  QuerySet.isOne(asked)
                      ? answerAll(exchange, asked)
                      : answer(exchange, Mono.fromSupplier(() -> Questions.of(asked))));
    }
    if (method == HttpMethod.OPTIONS) {
      exchange.getResponse().getHeaders().setAllow(METHODS);
      return exchange.getResponse().setComplete();
    }
    return Mono.error(new MethodNotAllowedException(method, METHODS));
  }

  private static Mono<byte[]> body(ServerHttpRequest request) {
    MediaType type = contentType(request.getHeaders());
    if (type == null || !MediaType.APPLICATION_JSON.includes(type)) {
      return Mono.error(
          new UnsupportedMediaTypeStatusException(type, List.of(MediaType.APPLICATION_JSON)));
    }
    return DataBufferUtils.join(request.getBody(), MAX_BODY_BYTES)
        .map(
            buffer -> {
              byte[] bytes = new byte[buffer.readableByteCount()];
              buffer.read(bytes);
              DataBufferUtils.release(buffer);
              return bytes;
            })
        .defaultIfEmpty(NOTHING);
  }

  private static @Nullable MediaType contentType(HttpHeaders headers) {
    try {
      return headers.getContentType();
    } catch (InvalidMediaTypeException e) {
      throw new UnsupportedMediaTypeStatusException(
          e.getMessage(), List.of(MediaType.APPLICATION_JSON));
    }
  }

  private Mono<Void> answer(ServerWebExchange exchange, Mono<Question> asked) {
    HttpHeaders headers = exchange.getRequest().getHeaders();
    Face face = Face.preferred(headers.getOrEmpty(HttpHeaders.ACCEPT));
    return asked
        .map(question -> question.after(headers.getFirst(LAST_EVENT_ID)))
        .doOnNext(question -> checkEmit(face, question.request()))
        .flatMap(
            question ->
                Mono.using(
                    () -> quotas.ask(Caller.of(exchange)),
                    counted -> answer(exchange, counted, question, face)));
  }

  private Mono<Void> answer(ServerWebExchange exchange, Asked asked, Question question, Face face) {
    return queries
        .open(question.request(), Caller.of(exchange).rights())
        .flatMap(query -> answer(exchange, asked, query, face, face.format(question.ids())));
  }

  private Mono<Void> answer(
      ServerWebExchange exchange,
      Asked asked,
      LiveQuery query,
      Face face,
      QueryEvent.Format format) {
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
      case SSE, NDJSON ->
          stream(
              exchange,
              face,
              format,
              outbound -> openStreams.answer(Caller.of(exchange), asked, query, format, outbound));
      case JSON -> collect(exchange, asked, query);
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

  /** Written over a connection that is the caller's for as long as it lasts. */
  private Mono<Void> stream(
      ServerWebExchange exchange,
      Face face,
      QueryEvent.Format format,
      Function<LongSupplier, Flux<QueryEvent>> answer) {
    return Mono.using(
        () -> quotas.connect(Caller.of(exchange)),
        connection -> write(exchange, face, format, answer));
  }

  private Mono<Void> write(
      ServerWebExchange exchange,
      Face face,
      QueryEvent.Format format,
      Function<LongSupplier, Flux<QueryEvent>> answer) {
    ServerHttpResponse response = exchange.getResponse();
    describe(response, face);
    DataBufferFactory buffers = response.bufferFactory();
    HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
    Channel channel = Channels.of(exchange.getRequest());
    boolean chunked = !request.version().equals(HttpVersion.HTTP_1_0);
    if (!chunked) {
      // The server would send chunks all the same. So the end is that of the connection.
      HttpServerResponse server = ServerHttpResponseDecorator.getNativeResponse(response);
      server.chunkedTransfer(false);
    }
    Flux<QueryEvent> events = answer.apply(() -> Pending.bytes(channel));
    byte[] opening = face == Face.SSE ? SSE_OPENING : NOTHING;
    return response.writeWith(
        Flux.concat(
            Mono.fromSupplier(() -> buffers.wrap(opening)),
            Mono.defer(
                () -> {
                  outflow.opened(channel);
                  return EventWriter.<DataBuffer>write(
                          events, channel, format, chunked, outflow.by(face))
                      .doFinally(end -> outflow.closed(channel));
                })));
  }

  private Mono<Void> answerAll(ServerWebExchange exchange, JsonNode asked) {
    Face face = Face.preferred(exchange.getRequest().getHeaders().getOrEmpty(HttpHeaders.ACCEPT));
    if (face == Face.JSON) {
      throw Problem.of(
              ProblemCode.NOT_ACCEPTABLE,
              "several queries are answered as text/event-stream or application/x-ndjson: say so in"
                  + " Accept")
          .toException();
    }
    QuerySet set = sets.read(asked);
    Caller caller = Caller.of(exchange);
    return stream(
        exchange, face, face.format(true), outbound -> sets.answer(set, caller, outbound));
  }

  private static void describe(ServerHttpResponse response, Face face) {
    HttpHeaders headers = response.getHeaders();
    headers.setContentType(face.mediaType());
    headers.setCacheControl("no-store, no-transform");
    headers.set("X-Accel-Buffering", "no");
  }

  private Mono<Void> collect(ServerWebExchange exchange, Asked asked, LiveQuery query) {
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
        .answer(Caller.of(exchange), asked, query, QueryEvent.Format.JSON, () -> 0)
        .doOnNext(event -> outflow.by(Face.JSON).took(1, event.rows(), 0))
        .collect(() -> new JsonResult(query.columns(), capacity), JsonResult::add)
        .flatMap(result -> write(exchange.getResponse(), result, outflow.by(Face.JSON)));
  }

  private static Mono<Void> write(ServerHttpResponse response, JsonResult result, Outflow.Way way) {
    byte[] error = result.error();
    byte[] body = error == null ? result.toJson() : error;
    if (error == null) {
      response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
    } else {
      int status = JSON.readTree(error).path("status").intValue();
      response.setStatusCode(HttpStatusCode.valueOf(status));
      response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    }
    response.getHeaders().setContentLength(body.length);
    way.sent(body.length);
    return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
  }
}
