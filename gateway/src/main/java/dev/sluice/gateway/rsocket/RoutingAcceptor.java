package dev.sluice.gateway.rsocket;

import dev.sluice.gateway.problem.Problems;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import io.rsocket.ConnectionSetupPayload;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.RSocketErrorException;
import io.rsocket.SocketAcceptor;
import io.rsocket.exceptions.ApplicationErrorException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Leads every request of every connection to the door of its route. */
final class RoutingAcceptor implements SocketAcceptor {
  private final List<RSocketDoor> doors;
  private final AtomicLong connections = new AtomicLong();

  RoutingAcceptor(List<RSocketDoor> doors) {
    this.doors = List.copyOf(doors);
  }

  @Override
  public Mono<RSocket> accept(ConnectionSetupPayload setup, RSocket peer) {
    return Mono.just(
        new Connection(
            setup.metadataMimeType(),
            setup.dataMimeType(),
            "rsocket-" + connections.incrementAndGet()));
  }

  private final class Connection implements RSocket {
    private final String metadataMimeType;
    private final String dataMimeType;
    private final String name;

    Connection(String metadataMimeType, String dataMimeType, String name) {
      this.metadataMimeType = metadataMimeType;
      this.dataMimeType = dataMimeType;
      this.name = name;
    }

    @Override
    public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
      // rsocket-java says as errors that it has cancelled, or cut the peer off: nobody is left to
      // tell.
      return Flux.from(payloads)
          .onErrorComplete(
              error -> error instanceof CancellationException || Exceptions.isOverflow(error))
          .switchOnFirst(
              (first, all) -> {
                Payload payload = first.get();
                if (payload == null) {
                  return Flux.empty();
                }
                RSocketDoor.Request request = request(payload);
                RSocketDoor door = door(request);
                if (door == null) {
                  return refused(all, unknown(request));
                }
                try {
                  return door.channel(request, all);
                } catch (RuntimeException refusal) {
                  return refused(all, refusal);
                }
              })
          .onErrorMap(error -> said(error, name));
    }

    @Override
    public Flux<Payload> requestStream(Payload payload) {
      return Flux.defer(
              () -> {
                RSocketDoor.Request request = request(payload);
                RSocketDoor door = door(request);
                if (door == null) {
                  payload.release();
                  return Flux.error(unknown(request));
                }
                return door.stream(request, payload);
              })
          .onErrorMap(error -> said(error, name));
    }

    @Override
    public Mono<Payload> requestResponse(Payload payload) {
      return Mono.defer(
              () -> {
                RSocketDoor.Request request = request(payload);
                RSocketDoor door = door(request);
                if (door == null) {
                  payload.release();
                  return Mono.error(unknown(request));
                }
                return door.response(request, payload);
              })
          .onErrorMap(error -> said(error, name));
    }

    @Override
    public Mono<Void> fireAndForget(Payload payload) {
      return Mono.defer(
          () -> {
            RSocketDoor.Request request = request(payload);
            RSocketDoor door = door(request);
            if (door == null) {
              payload.release();
              return Mono.empty();
            }
            return door.fireAndForget(request, payload);
          });
    }

    @Override
    public Mono<Void> metadataPush(Payload payload) {
      payload.release();
      return Mono.empty();
    }

    private RSocketDoor.Request request(Payload payload) {
      String route = Routes.routeOf(payload, metadataMimeType);
      return new RSocketDoor.Request(route == null ? "" : route, dataMimeType, name);
    }

    private @Nullable RSocketDoor door(RSocketDoor.Request request) {
      return doors.stream().filter(door -> door.leadsTo(request.route())).findFirst().orElse(null);
    }
  }

  /** Lets the first payload go, ends what would follow it, and says why. */
  private static Flux<Payload> refused(Flux<Payload> payloads, RuntimeException why) {
    return payloads.doOnNext(Payload::release).take(1).thenMany(Flux.error(why));
  }

  private static ProblemException unknown(RSocketDoor.Request request) {
    return Problem.of(
            ProblemCode.NOT_FOUND,
            request.route().isEmpty()
                ? "a request must say its route in its metadata"
                    + " (message/x.rsocket.routing.v0, alone or in composite metadata)"
                : "there is no route "
                    + request.route()
                    + "; events go to streams.{stream}.events, questions to query")
        .toException();
  }

  private static Throwable said(Throwable error, String connection) {
    if (isOfTheConnection(error)) {
      return error;
    }
    Problem problem = Problems.of(error, connection);
    return new ApplicationErrorException(
        new String(Problems.toJson(problem), StandardCharsets.UTF_8), error);
  }

  /** The peer went, cancelled, or was cut off: nothing failed here. */
  private static boolean isOfTheConnection(Throwable error) {
    return error instanceof RSocketErrorException
        || error instanceof CancellationException
        || error instanceof IOException
        || Exceptions.isOverflow(error);
  }
}
