package dev.sluice.gateway.quota;

import dev.sluice.gateway.security.Caller;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An answer that lasts, over a connection that is its caller's for as long. */
public final class LastingAnswer {
  private LastingAnswer() {}

  /**
   * @param pieces of the body, each sent as it comes
   * @return fails with QUOTA_EXCEEDED
   */
  public static Mono<ServerResponse> of(
      ServerRequest request, Quotas quotas, MediaType type, Flux<byte[]> pieces) {
    Caller caller = Caller.of(request.exchange());
    return ServerResponse.ok()
        .contentType(type)
        .header("Cache-Control", "no-store, no-transform")
        .header("X-Accel-Buffering", "no")
        .body(
            (response, context) ->
                Mono.using(
                    () -> quotas.connect(caller),
                    connection ->
                        response.writeAndFlushWith(
                            pieces.map(piece -> Mono.just(response.bufferFactory().wrap(piece))))));
  }
}
