package dev.sluice.gateway.flow;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.gateway.http.Accepted;
import dev.sluice.gateway.http.Channels;
import dev.sluice.gateway.problem.Problems;
import dev.sluice.gateway.quota.LastingAnswer;
import dev.sluice.gateway.quota.Quotas;
import dev.sluice.gateway.security.Caller;
import dev.sluice.gateway.security.Expiry;
import io.netty.channel.Channel;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
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
  private final Quotas quotas;

  FlowDoor(Lookers lookers, Expiry expiry, Quotas quotas) {
    this.lookers = lookers;
    this.expiry = expiry;
    this.quotas = quotas;
  }

  Mono<ServerResponse> look(ServerRequest request) {
    return Accepted.of(request, FACES).equals(MediaType.APPLICATION_JSON)
        ? once()
        : stream(request);
  }

  private Mono<ServerResponse> once() {
    return lookers
        .look()
        .next()
        .flatMap(
            document ->
                ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).bodyValue(document));
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
    return LastingAnswer.of(
        request, quotas, MediaType.TEXT_EVENT_STREAM, events.map(event -> event.getBytes(UTF_8)));
  }
}
