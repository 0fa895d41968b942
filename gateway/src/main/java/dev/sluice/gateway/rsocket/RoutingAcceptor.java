package dev.sluice.gateway.rsocket;

import dev.sluice.gateway.presence.Peer;
import dev.sluice.gateway.problem.Problems;
import dev.sluice.gateway.quota.Held;
import dev.sluice.gateway.quota.Quotas;
import dev.sluice.gateway.security.Caller;
import dev.sluice.gateway.security.Callers;
import dev.sluice.gateway.security.Certified;
import dev.sluice.gateway.security.Expiry;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import io.netty.channel.Channel;
import io.rsocket.ConnectionSetupPayload;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.RSocketErrorException;
import io.rsocket.SocketAcceptor;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.exceptions.RejectedException;
import io.rsocket.exceptions.RejectedSetupException;
import io.rsocket.util.DefaultPayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Leads every request of every connection to the door of its route. Who calls is said by the
 * connection's set-up, or its certificate, and may be said otherwise by a request.
 */
final class RoutingAcceptor implements SocketAcceptor {
  /** How long the peer has to read why. */
  private static final Duration LINGER = Duration.ofSeconds(1);

  private final List<RSocketDoor> doors;
  private final Callers callers;
  private final Expiry expiry;
  private final Quotas quotas;
  private final Refusals refusals;
  private final AtomicLong connections = new AtomicLong();

  RoutingAcceptor(
      List<RSocketDoor> doors, Callers callers, Expiry expiry, Quotas quotas, Refusals refusals) {
    this.doors = List.copyOf(doors);
    this.callers = callers;
    this.expiry = expiry;
    this.quotas = quotas;
    this.refusals = refusals;
  }

  @Override
  public Mono<RSocket> accept(ConnectionSetupPayload setup, RSocket peer) {
    return accept(setup, peer, Peer.UNKNOWN, null);
  }

  /** The same for one connection: its address and its certificate are not in its set-up. */
  SocketAcceptor of(Channel channel) {
    return (setup, peer) ->
        accept(
            setup,
            peer,
            Peer.of(channel.remoteAddress(), Clients.nameIn(setup)),
            Certified.of(channel));
  }

  private Mono<RSocket> accept(
      ConnectionSetupPayload setup, RSocket peer, Peer from, @Nullable Certified certificate) {
    String name = "rsocket-" + connections.incrementAndGet();
    String token = Metadata.tokenOf(setup, setup.metadataMimeType());
    if (token == null && certificate == null) {
      // Each request may say it.
      return Mono.just(new Connection(setup, name, from, null, callers.of(null, null), null));
    }
    return callers
        .of(token, certificate)
        .doOnError(refusal -> refusals.tell(null, from, "setup", refusal))
        .<RSocket>map(
            caller -> {
              endWithToken(caller, peer, quotas.connect(caller));
              return new Connection(setup, name, from, certificate, Mono.just(caller), caller);
            })
        .onErrorMap(error -> new RejectedSetupException(said(Problems.of(error, name))));
  }

  /** Its requests end with the token by themselves, and say why; this is what is left of it. */
  private void endWithToken(Caller caller, RSocket peer, Held connection) {
    Mono.firstWithSignal(
            expiry.of(caller).delayElement(LINGER).doOnNext(over -> peer.dispose()).then(),
            peer.onClose().onErrorComplete())
        .doFinally(end -> connection.close())
        .subscribe();
  }

  private final class Connection implements RSocket {
    private final String metadataMimeType;
    private final String dataMimeType;
    private final String name;
    private final Peer from;
    private final @Nullable Certified certificate;
    private final Mono<Caller> peer;
    private final @Nullable Caller counted;

    /**
     * @param counted whose connection it is; null if each request says it
     */
    Connection(
        ConnectionSetupPayload setup,
        String name,
        Peer from,
        @Nullable Certified certificate,
        Mono<Caller> peer,
        @Nullable Caller counted) {
      this.metadataMimeType = setup.metadataMimeType();
      this.dataMimeType = setup.dataMimeType();
      this.name = name;
      this.from = from;
      this.certificate = certificate;
      this.peer = peer;
      this.counted = counted;
    }

    /** A request that is let in, and its door. */
    private record Admitted(RSocketDoor door, RSocketDoor.Request request) {}

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
                return payload == null
                    ? Flux.<Payload>empty()
                    : admit(payload)
                        .flatMapMany(
                            admitted ->
                                Flux.using(
                                    () -> connected(admitted),
                                    connection -> channel(admitted, all)))
                        .onErrorResume(Refused.class, refusal -> refused(all, refusal.why));
              })
          .onErrorMap(error -> toldAs(error, name));
    }

    /** What lasts counts as a connection of the caller's, unless it is on one. */
    private Held connected(Admitted admitted) {
      try {
        Caller caller = admitted.request.caller();
        return caller.equals(counted) ? Held.NONE : quotas.connect(caller);
      } catch (ProblemException refusal) {
        throw new Refused(refusal);
      }
    }

    private Flux<Payload> channel(Admitted admitted, Flux<Payload> payloads) {
      try {
        Flux<Payload> answers = admitted.door.channel(admitted.request, payloads);
        return expiry.until(admitted.request.caller(), answers);
      } catch (RuntimeException refusal) {
        return Flux.error(new Refused(refusal));
      }
    }

    @Override
    public Flux<Payload> requestStream(Payload payload) {
      Payload kept = kept(payload);
      return admit(kept)
          .doOnError(refusal -> kept.release())
          .flatMapMany(
              admitted ->
                  Flux.using(
                          () -> connected(admitted),
                          connection -> admitted.door.stream(admitted.request, kept))
                      .doOnError(error -> refusals.tell(admitted.request, error)))
          .onErrorMap(error -> toldAs(error, name));
    }

    @Override
    public Mono<Payload> requestResponse(Payload payload) {
      Payload kept = kept(payload);
      return admit(kept)
          .doOnError(refusal -> kept.release())
          .flatMap(admitted -> admitted.door.response(admitted.request, kept))
          .onErrorMap(error -> toldAs(error, name));
    }

    @Override
    public Mono<Void> fireAndForget(Payload payload) {
      Payload kept = kept(payload);
      return admit(kept)
          .doOnError(
              refusal -> {
                forgotten(kept);
                kept.release();
              })
          .onErrorComplete()
          .flatMap(admitted -> admitted.door.fireAndForget(admitted.request, kept));
    }

    private void forgotten(Payload payload) {
      String route = Metadata.routeOf(payload, metadataMimeType);
      if (route != null) {
        doors.stream().filter(door -> door.leadsTo(route)).forEach(RSocketDoor::forgotten);
      }
    }

    @Override
    public Mono<Void> metadataPush(Payload payload) {
      payload.release();
      return Mono.empty();
    }

    /**
     * Who calls by a token of the request's own may take a while to find: not in a pooled buffer.
     */
    private Payload kept(Payload payload) {
      if (Metadata.tokenOf(payload, metadataMimeType) == null) {
        return payload;
      }
      Payload copy = DefaultPayload.create(payload);
      payload.release();
      return copy;
    }

    private Mono<Admitted> admit(Payload payload) {
      return Mono.defer(
              () -> {
                String token = Metadata.tokenOf(payload, metadataMimeType);
                String route = Metadata.routeOf(payload, metadataMimeType);
                return (token == null ? peer : callers.of(token, certificate))
                    .doOnError(refusal -> refusals.tell(null, from, route, refusal))
                    .map(caller -> admit(route == null ? "" : route, caller));
              })
          .onErrorMap(Refused::new);
    }

    private Admitted admit(String route, Caller caller) {
      RSocketDoor.Request request =
          new RSocketDoor.Request(route, dataMimeType, name, caller, from);
      for (RSocketDoor door : doors) {
        if (door.leadsTo(route)) {
          require(door, request);
          return new Admitted(door, request);
        }
      }
      throw unknown(request);
    }

    private void require(RSocketDoor door, RSocketDoor.Request request) {
      try {
        door.require(request);
      } catch (ProblemException refusal) {
        refusals.tell(request, refusal);
        throw refusal;
      }
    }
  }

  /** Why a request goes no further, before its door has taken anything. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final Throwable why;

    Refused(Throwable why) {
      super(null, why, false, false);
      this.why = why;
    }
  }

  /** Lets the first payload go, ends what would follow it, and says why. */
  private static Flux<Payload> refused(Flux<Payload> payloads, Throwable why) {
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

  private static Throwable toldAs(Throwable error, String connection) {
    Throwable why = error instanceof Refused refusal ? refusal.why : error;
    if (isOfTheConnection(why)) {
      return why;
    }
    Problem problem = Problems.of(why, connection);
    return switch (problem.code().status()) {
      case 401, 403 -> new RejectedException(said(problem), why);
      default -> new ApplicationErrorException(said(problem), why);
    };
  }

  private static String said(Problem problem) {
    return new String(Problems.toJson(problem), StandardCharsets.UTF_8);
  }

  /** The peer went, cancelled, or was cut off: nothing failed here. */
  private static boolean isOfTheConnection(Throwable error) {
    return error instanceof RSocketErrorException
        || error instanceof CancellationException
        || error instanceof IOException
        || Exceptions.isOverflow(error);
  }
}
