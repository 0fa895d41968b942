package dev.sluice.gateway.flow;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.gateway.http.Channels;
import dev.sluice.gateway.problem.Problems;
import dev.sluice.gateway.security.Caller;
import dev.sluice.gateway.security.Expiry;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.netty.channel.Channel;
import java.util.Comparator;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.NotAcceptableStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The flow over HTTP: as a stream of events, or one document. */
final class FlowDoor {
  private static final List<MediaType> FACES =
      List.of(MediaType.TEXT_EVENT_STREAM, MediaType.APPLICATION_JSON);

  /** An EventSource comes back after a second if it is cut off. */
  private static final String OPENING = "retry: 1000\n";

  private final Lookers lookers;
  private final Expiry expiry;

  FlowDoor(Lookers lookers, Expiry expiry) {
    this.lookers = lookers;
    this.expiry = expiry;
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

  private static Mono<String> error(Throwable failure) {
    return Mono.just(event("error", new String(Problems.toJson(Problems.of(failure, "")), UTF_8)));
  }

  private static String event(String name, String data) {
    return "event: " + name + "\ndata: " + data + "\n\n";
  }

  private Mono<ServerResponse> stream(ServerRequest request) {
    Channel channel = Channels.of(request.exchange().getRequest());
    Flux<String> events =
        expiry
            .until(Caller.of(request.exchange()), lookers.look())
            // The server's own writer would keep a hundred documents for who does not read.
            .filter(document -> channel.isWritable())
            .map(document -> event("flow", document))
            .onErrorResume(Expiry::isExpiry, FlowDoor::error)
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
}
