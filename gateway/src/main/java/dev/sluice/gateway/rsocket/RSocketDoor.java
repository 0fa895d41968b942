package dev.sluice.gateway.rsocket;

import dev.sluice.gateway.presence.Peer;
import dev.sluice.gateway.security.Caller;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.rsocket.Payload;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What is behind some routes. Whatever fails here is said to the requester as a problem document;
 * what is no {@link dev.sluice.model.problem.ProblemException} as INTERNAL.
 */
public interface RSocketDoor {

  /**
   * Who asks for what.
   *
   * @param dataMimeType as the connection's set-up says
   * @param connection a name of the connection, unique in this gateway
   * @param caller until whose expiry the request lasts
   */
  record Request(String route, String dataMimeType, String connection, Caller caller, Peer peer) {

    /** One from whom nothing is known but who calls. */
    public Request(String route, String dataMimeType, String connection, Caller caller) {
      this(route, dataMimeType, connection, caller, Peer.UNKNOWN);
    }
  }

  boolean leadsTo(String route);

  /**
   * Whether the caller may make the request, so far as the route tells.
   *
   * @throws dev.sluice.model.problem.ProblemException FORBIDDEN
   */
  void require(Request request);

  /**
   * A request-channel; the first payload is that of the request. What is refused from the start is
   * thrown, before the payloads are subscribed to. It is ended when the caller's token expires.
   */
  default Flux<Payload> channel(Request request, Flux<Payload> payloads) {
    throw unsupported(request, "request-channel");
  }

  /** A request-response. The door releases the payload. */
  default Mono<Payload> response(Request request, Payload payload) {
    payload.release();
    return Mono.error(unsupported(request, "request-response"));
  }

  /**
   * A request-stream. The door releases the payload, and ends the stream in its own words when the
   * caller's token expires.
   */
  default Flux<Payload> stream(Request request, Payload payload) {
    payload.release();
    return Flux.error(unsupported(request, "request-stream"));
  }

  /**
   * A fire-and-forget, which nothing is answered to: whatever becomes of it, the door counts it.
   * The door releases the payload.
   */
  default Mono<Void> fireAndForget(Request request, Payload payload) {
    payload.release();
    return Mono.empty();
  }

  /** A fire-and-forget was refused before it came here: it is to be counted. */
  default void forgotten() {}

  private static RuntimeException unsupported(Request request, String interaction) {
    return Problem.of(
            ProblemCode.METHOD_NOT_ALLOWED,
            "the route " + request.route() + " does not take a " + interaction)
        .toException();
  }
}
