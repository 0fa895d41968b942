package dev.sluice.gateway.flow;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.netty.channel.Channel;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.http.CacheControl;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.NotAcceptableStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** The flow over HTTP: as a stream of events, or one document. */
final class FlowDoor {
  private static final List<MediaType> FACES =
      List.of(MediaType.TEXT_EVENT_STREAM, MediaType.APPLICATION_JSON);

  /** An EventSource comes back after a second if it is cut off. */
  private static final String OPENING = "retry: 1000\n";

  private final Lookers lookers;

  FlowDoor(Lookers lookers) {
    this.lookers = lookers;
  }

  Mono<ServerResponse> look(ServerRequest request) {
    return face(request).equals(MediaType.APPLICATION_JSON) ? once() : stream(request);
  }

  /** The first of those that are liked best; anything is a stream. */
  private static MediaType face(ServerRequest request) {
    List<MediaType> accepted;
    try {
      accepted = request.headers().accept();
    } catch (InvalidMediaTypeException | InvalidMimeTypeException e) {
      throw Problem.of(ProblemCode.BAD_REQUEST, "Accept is malformed: " + e.getMessage())
          .toException();
    }
    if (accepted.isEmpty()) {
      return FACES.get(0);
    }
    return accepted.stream()
        .filter(range -> range.getQualityValue() > 0)
        .sorted(Comparator.comparing(MediaType::getQualityValue).reversed())
        .flatMap(range -> FACES.stream().filter(range::includes))
        .findFirst()
        .orElseThrow(() -> new NotAcceptableStatusException(FACES));
  }

  private Mono<ServerResponse> once() {
    return lookers
        .look()
        .next()
        .flatMap(
            document ->
                ServerResponse.ok()
                    .contentType(MediaType.APPLICATION_JSON)
                    .cacheControl(CacheControl.noStore())
                    .bodyValue(document));
  }

  private Mono<ServerResponse> stream(ServerRequest request) {
    Channel channel = channel(request);
    Flux<String> events =
        lookers
            .look()
            // The server's own writer would keep a hundred documents for who does not read.
            .filter(document -> channel.isWritable())
            .map(document -> "event: flow\ndata: " + document + "\n\n")
            .index((number, event) -> number == 0 ? OPENING + event : event);
    return ServerResponse.ok()
        .contentType(MediaType.TEXT_EVENT_STREAM)
        .header("Cache-Control", "no-cache, no-transform")
        .header("X-Accel-Buffering", "no")
        .body(
            (response, context) ->
                response.writeAndFlushWith(
                    events.map(
                        event -> Mono.just(response.bufferFactory().wrap(event.getBytes(UTF_8))))));
  }

  private static Channel channel(ServerRequest request) {
    HttpServerRequest server =
        ServerHttpRequestDecorator.getNativeRequest(request.exchange().getRequest());
    AtomicReference<Channel> channel = new AtomicReference<>();
    server.withConnection(connection -> channel.set(connection.channel()));
    return Objects.requireNonNull(channel.get());
  }
}
