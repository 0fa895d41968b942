package dev.sluice.gateway.ingest;

import dev.sluice.gateway.http.Channels;
import dev.sluice.gateway.http.Stopping;
import dev.sluice.gateway.ingest.Frame.Origin;
import dev.sluice.gateway.ingest.FrameChannels.Sender;
import dev.sluice.gateway.presence.Peer;
import dev.sluice.gateway.presence.SentKeys;
import dev.sluice.gateway.presence.Visit;
import dev.sluice.gateway.problem.Problems;
import dev.sluice.gateway.quota.Held;
import dev.sluice.gateway.quota.Quotas;
import dev.sluice.gateway.security.Caller;
import dev.sluice.gateway.security.Expiry;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import io.netty.channel.Channel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.TooLongFrameException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.WebsocketServerSpec;

/**
 * Events over WebSocket: each message, text or binary, is a frame, and its ack comes back as a text
 * message, in their order. A connection that ends for a reason is told it, as a problem document,
 * then by the code of the close.
 */
final class IngestWebSocket {
  /** The sub-protocol whose devices are told how many frames they may send. */
  static final String CREDITED = "sluice.v1";

  /**
   * The sub-protocols that say what the frames are: that of CloudEvents' WebSocket binding 1.0, and
   * one of batches, which the binding has none for, called after it.
   */
  private static final Map<String, FrameFormat> BY_PROTOCOL =
      Map.of(
          "cloudevents.json", FrameFormat.CLOUDEVENT,
          "cloudevents.json+batch", FrameFormat.CLOUDEVENTS);

  /** The MIME type of the frames. */
  private static final String TYPE = "type";

  /** What the device calls itself. */
  private static final String CLIENT = "client";

  private static final Set<String> PARAMETERS = Set.of(TYPE, CLIENT);

  /**
   * How long a device has to read why its connection ends. It may still be sending: closing a
   * socket with something unread takes back what was sent last (RFC 1122, 4.2.2.13).
   */
  private static final Duration LINGER = Duration.ofSeconds(1);

  private static final int SILENT_PINGS = 2;

  private final Ingest ingest;
  private final FrameChannels channels;
  private final Quotas quotas;
  private final RequestUpgradeStrategy upgrade;
  private final int messageBytes;
  private final Duration pingEvery;
  private final Stopping stopping;
  private final Expiry expiry;
  private final AtomicLong connections = new AtomicLong();

  /**
   * @param frameBytes of the greatest frame; messages of up to twice that are read, so that one
   *     that is only a little too large gets an answer
   */
  IngestWebSocket(
      Ingest ingest,
      FrameChannels channels,
      Quotas quotas,
      int frameBytes,
      Duration pingEvery,
      Stopping stopping,
      Expiry expiry) {
    this.ingest = ingest;
    this.channels = channels;
    this.quotas = quotas;
    this.messageBytes = 2 * frameBytes;
    this.pingEvery = pingEvery;
    this.stopping = stopping;
    this.expiry = expiry;
    // Pings come as messages. Answered by the server itself, each would have it read on, whatever
    // was asked for.
    this.upgrade =
        new ReactorNettyRequestUpgradeStrategy(
            () ->
                WebsocketServerSpec.builder().maxFramePayloadLength(messageBytes).handlePing(true));
  }

  /** Answers with an upgrade, after which everything is said over the WebSocket. */
  Mono<ServerResponse> open(ServerRequest request) {
    return Mono.defer(
        () -> {
          ServerWebExchange exchange = request.exchange();
          String stream = ingest.stream(request.pathVariable("stream")).definition().name();
          requireUpgrade(exchange.getRequest());
          String protocol = protocol(exchange.getRequest().getHeaders());
          requireKnown(request.queryParams());
          FrameFormat format = format(request.queryParams().getFirst(TYPE), protocol);
          Channel channel = Channels.of(exchange.getRequest());
          Held connection = quotas.connect(Caller.of(exchange));
          channel.closeFuture().addListener(closed -> connection.close());
          Sender sender = new Sender(stream, format, origin(exchange));
          return upgrade
              .upgrade(
                  exchange,
                  session ->
                      serve(session, sender, CREDITED.equals(protocol))
                          .transform(served -> endInTime(served, channel)),
                  protocol,
                  () -> info(exchange, protocol))
              .then(Mono.empty());
        });
  }

  private static void requireUpgrade(ServerHttpRequest request) {
    HttpHeaders headers = request.getHeaders();
    if (!"websocket".equalsIgnoreCase(headers.getUpgrade())) {
      throw new MethodNotAllowedException(request.getMethod(), List.of(HttpMethod.POST));
    }
    if (headers.getConnection().stream().noneMatch("upgrade"::equalsIgnoreCase)
        || headers.getFirst("Sec-WebSocket-Key") == null
        || !"13".equals(headers.getFirst("Sec-WebSocket-Version"))) {
      throw Problem.of(
              ProblemCode.BAD_REQUEST,
              "an upgrade to WebSocket must have Connection: Upgrade, a Sec-WebSocket-Key, and"
                  + " Sec-WebSocket-Version: 13 (RFC 6455)")
          .toException();
    }
  }

  /** A browser cannot set a header of an upgrade, so what is said of it is in parameters. */
  private static void requireKnown(MultiValueMap<String, String> parameters) {
    if (!PARAMETERS.containsAll(parameters.keySet())
        || parameters.values().stream().anyMatch(values -> values.size() != 1)) {
      throw Problem.of(
              ProblemCode.BAD_REQUEST,
              "this request takes the query parameters type and client, each once: has "
                  + parameters)
          .toException();
    }
  }

  private static FrameFormat format(@Nullable String type, @Nullable String protocol) {
    FrameFormat spoken = protocol == null ? null : BY_PROTOCOL.get(protocol);
    if (type == null) {
      return spoken == null ? FrameFormat.EITHER : spoken;
    }
    FrameFormat said = Formats.of(type, TYPE);
    if (spoken != null && spoken != said) {
      throw Problem.of(
              ProblemCode.BAD_REQUEST,
              "the sub-protocol "
                  + protocol
                  + " says already what the frames are: leave "
                  + TYPE
                  + " out")
          .toException();
    }
    return said;
  }

  /** The sub-protocol to speak; null if none is offered that is known here. */
  private static @Nullable String protocol(HttpHeaders headers) {
    return headers.getOrEmpty("Sec-WebSocket-Protocol").stream()
        .flatMap(offer -> Stream.of(offer.split(",")))
        .map(String::strip)
        .filter(offer -> CREDITED.equals(offer) || BY_PROTOCOL.containsKey(offer))
        .findFirst()
        .orElse(null);
  }

  private static HandshakeInfo info(ServerWebExchange exchange, @Nullable String protocol) {
    ServerHttpRequest request = exchange.getRequest();
    return new HandshakeInfo(
        request.getURI(),
        HttpHeaders.copyOf(request.getHeaders()),
        request.getCookies(),
        exchange.getPrincipal(),
        protocol,
        request.getRemoteAddress(),
        exchange.getAttributes(),
        exchange.getLogPrefix());
  }

  private Origin origin(ServerWebExchange exchange) {
    ServerHttpRequest request = exchange.getRequest();
    Caller caller = Caller.of(exchange);
    return new Origin(
        Doors.WEBSOCKET,
        "websocket-" + connections.incrementAndGet(),
        caller,
        Peer.of(request.getRemoteAddress(), client(request)),
        new SentKeys(),
        quotas.rate(caller));
  }

  /** What it calls itself, then what its browser, or whatever it runs in, does. */
  private static @Nullable String client(ServerHttpRequest request) {
    String said = request.getQueryParams().getFirst(CLIENT);
    String agent = request.getHeaders().getFirst(HttpHeaders.USER_AGENT);
    if (said == null) {
      return agent;
    }
    return agent == null ? said : said + " " + agent;
  }

  /** How to say goodbye, once the connection is over. */
  private Mono<Mono<Void>> serve(WebSocketSession session, Sender sender, boolean credited) {
    Visit visit = channels.arrived(sender);
    WebSocketNotices notices = new WebSocketNotices(session);
    WebSocketFrames frames =
        new WebSocketFrames(session.receive(), notices, credited, System::nanoTime);
    Flux<Supplier<WebSocketMessage>> acks =
        channels.acks(frames, sender, visit).map(notices::ack).doOnTerminate(notices::end);
    Mono<Void> silence = silence(frames, notices).doOnSuccess(silent -> visit.lost());
    Flux<Void> served =
        expiry
            .until(
                sender.origin().caller(),
                Flux.merge(1, acks, notices.messages().map(message -> () -> message)))
            .concatMap(message -> session.send(made(message)), 1)
            .takeUntilOther(Mono.firstWithSignal(stopping.asMono(), silence))
            .onErrorMap(TooLongFrameException.class, tooLong -> tooLong());
    return visit
        .during(served)
        .then(Mono.fromSupplier(() -> session.close(CloseStatus.GOING_AWAY)))
        .onErrorResume(failure -> Mono.just(end(session, failure)));
  }

  /** A message, freed if the connection ends while it is made. */
  private static Mono<WebSocketMessage> made(Supplier<WebSocketMessage> message) {
    return Mono.fromSupplier(message)
        .doOnDiscard(WebSocketMessage.class, WebSocketMessage::release);
  }

  /** Who reads nothing reads no goodbye either, for which the socket has no room. */
  private static Mono<Void> endInTime(Mono<Mono<Void>> goodbye, Channel channel) {
    return goodbye.flatMap(
        said ->
            Mono.firstWithSignal(
                said, Mono.delay(LINGER.multipliedBy(2)).then(Mono.fromRunnable(channel::close))));
  }

  /** Asks the device again and again whether it is there; completes when it was silent for long. */
  private Mono<Void> silence(WebSocketFrames frames, WebSocketNotices notices) {
    long most = SILENT_PINGS * pingEvery.toNanos();
    return Flux.interval(pingEvery)
        .onBackpressureDrop()
        .takeUntil(tick -> frames.silence() > most)
        .doOnNext(tick -> notices.ping())
        .then();
  }

  private Mono<Void> end(WebSocketSession session, Throwable failure) {
    if (isGone(failure)) {
      return Mono.empty();
    }
    Problem problem = Problems.of(failure, session.getHandshakeInfo().getUri().getPath());
    String told = new String(Problems.toJson(problem), StandardCharsets.UTF_8);
    return session
        .send(Mono.just(session.textMessage(told)))
        .then(Mono.delay(LINGER))
        .then(Mono.defer(() -> session.close(status(problem.code()))))
        .onErrorComplete(IngestWebSocket::isGone);
  }

  /** Nobody is left to tell: the device went, or the decoder has ended the connection. */
  private static boolean isGone(Throwable failure) {
    return failure instanceof IOException
        || failure instanceof AbortedException
        || failure instanceof PrematureChannelClosureException
        || failure instanceof CorruptedFrameException;
  }

  private ProblemException tooLong() {
    return Problem.of(
            ProblemCode.FRAME_TOO_LARGE,
            "a message must be at most "
                + messageBytes
                + " bytes: the connection ends; send less in one frame")
        .toException();
  }

  private static CloseStatus status(ProblemCode code) {
    CloseStatus status =
        switch (code.status()) {
          case 413 -> CloseStatus.TOO_BIG_TO_PROCESS;
          case 500 -> CloseStatus.SERVER_ERROR;
          default -> CloseStatus.POLICY_VIOLATION;
        };
    return status.withReason(code.name());
  }
}
