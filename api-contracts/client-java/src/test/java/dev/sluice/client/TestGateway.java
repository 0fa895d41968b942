package dev.sluice.client;

import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.SslContext;
import io.rsocket.ConnectionSetupPayload;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketServer;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.exceptions.RejectedSetupException;
import io.rsocket.metadata.AuthMetadataCodec;
import io.rsocket.metadata.CompositeMetadata;
import io.rsocket.metadata.RoutingMetadata;
import io.rsocket.metadata.WellKnownAuthType;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.DefaultPayload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.tcp.TcpServer;
import tools.jackson.databind.JsonNode;

/**
 * A real RSocket server over TCP that speaks the gateway's side of the protocol as the test says:
 * what it grants, what it answers, when it drops the line.
 */
public final class TestGateway implements AutoCloseable {
  /** What the gateway does with a frame. Called in the frames' order, one at a time a channel. */
  public interface Behaviour {
    void onFrame(Channel channel, long index, String frame);
  }

  /** Stores every event and grants the next frame. */
  public static final Behaviour STORES_ALL =
      (channel, index, frame) -> {
        channel.stored(index, frame);
        channel.grant(1);
      };

  private final CloseableChannel server;
  private final List<Channel> channels = new CopyOnWriteArrayList<>();
  private final AtomicLong connections = new AtomicLong();

  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private final List<String> setups = new CopyOnWriteArrayList<>();

  /** Whom the gateway lets in. */
  private interface Gate {
    /** Why not, as a problem; null if it does. */
    @Nullable String refusal(String token, long connection);
  }

  private static final Gate OPEN = (token, connection) -> null;

  private final Flux<Payload> answer;

  private TestGateway(TcpServer tcp, int initialDemand, Behaviour behaviour, Gate gate) {
    this(tcp, initialDemand, behaviour, gate, Flux.never());
  }

  private TestGateway(
      TcpServer tcp, int initialDemand, Behaviour behaviour, Gate gate, Flux<Payload> answer) {
    this.answer = answer;
    SocketAcceptor acceptor =
        (setup, line) -> {
          long connection = connections.incrementAndGet();
          String token = token(setup);
          tokens.add(token);
          setups.add(setup.getDataUtf8());
          String refusal = gate.refusal(token, connection);
          if (refusal != null) {
            return Mono.error(new RejectedSetupException(refusal));
          }
          return Mono.just(responder(setup, line, initialDemand, behaviour));
        };
    server = RSocketServer.create(acceptor).bindNow(TcpServerTransport.create(tcp));
  }

  private static TcpServer tcp(int port) {
    return TcpServer.create().host("127.0.0.1").port(port);
  }

  private static String token(ConnectionSetupPayload setup) {
    for (CompositeMetadata.Entry entry : new CompositeMetadata(setup.metadata(), false)) {
      ByteBuf authentication = entry.getContent();
      if (AuthMetadataCodec.readWellKnownAuthType(authentication) == WellKnownAuthType.BEARER) {
        return new String(AuthMetadataCodec.readBearerTokenAsCharArray(authentication));
      }
    }
    return "";
  }

  /** Refuses connections with these tokens. */
  static TestGateway refusing(String... tokens) {
    Set<String> refused = Set.of(tokens);
    return new TestGateway(
        tcp(0),
        1,
        STORES_ALL,
        (token, connection) ->
            refused.contains(token)
                ? "{\"code\":\"TOKEN_INVALID\",\"status\":401,\"detail\":\"expired\"}"
                : null);
  }

  /** Refuses the first connections with the problem. */
  static TestGateway refusingFirst(long many, String problem) {
    return new TestGateway(
        tcp(0), 1, STORES_ALL, (token, connection) -> connection <= many ? problem : null);
  }

  /** Answers each question with the lines. */
  static TestGateway answering(int port, Flux<String> lines) {
    return new TestGateway(tcp(port), 1, STORES_ALL, OPEN, lines.map(DefaultPayload::create));
  }

  public static TestGateway startWithTls(SslContext tls) {
    return new TestGateway(tcp(0).secure(spec -> spec.sslContext(tls)), 1, STORES_ALL, OPEN);
  }

  /** The tokens of the connections, oldest first; empty where there was none. */
  public List<String> tokens() {
    return tokens;
  }

  /** The data of the connections' set-ups, oldest first. */
  List<String> setups() {
    return setups;
  }

  public static TestGateway start(int initialDemand, Behaviour behaviour) {
    return new TestGateway(tcp(0), initialDemand, behaviour, OPEN);
  }

  static TestGateway startOn(int port, int initialDemand, Behaviour behaviour) {
    return new TestGateway(tcp(port), initialDemand, behaviour, OPEN);
  }

  private RSocket responder(
      ConnectionSetupPayload setup, RSocket line, int initialDemand, Behaviour behaviour) {
    String mimes = setup.metadataMimeType() + " " + setup.dataMimeType();
    return new RSocket() {
      @Override
      public Flux<Payload> requestChannel(Publisher<Payload> frames) {
        Channel channel = new Channel(line, mimes, behaviour, initialDemand);
        channels.add(channel);
        frames.subscribe(channel);
        return channel.acks.asFlux();
      }

      @Override
      public Flux<Payload> requestStream(Payload question) {
        question.release();
        return answer;
      }
    };
  }

  public int port() {
    return server.address().getPort();
  }

  /** How often a connection was set up. */
  public long connections() {
    return connections.get();
  }

  /** The channels so far, oldest first. */
  public List<Channel> channels() {
    return channels;
  }

  public Channel lastChannel() {
    return channels.get(channels.size() - 1);
  }

  /** Every frame of every channel, in the order of their arrival. */
  public List<String> frames() {
    return channels.stream().flatMap(channel -> channel.frames.stream()).toList();
  }

  /** Every event of every frame. */
  public List<JsonNode> events() {
    return frames().stream().flatMap(frame -> eventsOf(frame).stream()).toList();
  }

  static List<JsonNode> eventsOf(String frame) {
    JsonNode json = Wire.JSON.readTree(frame);
    return json.isArray() ? List.copyOf(json.values()) : List.of(json);
  }

  @Override
  public void close() {
    channels.forEach(Channel::drop);
    server.dispose();
    server.onClose().onErrorComplete().block();
  }

  /** One request-channel of a device. */
  public static final class Channel extends BaseSubscriber<Payload> {
    final String mimes;
    private final List<String> frames = new CopyOnWriteArrayList<>();
    private final Sinks.Many<Payload> acks = Sinks.many().unicast().onBackpressureBuffer();
    private final RSocket line;
    private final Behaviour behaviour;
    private final int initialDemand;
    volatile @Nullable String route;
    volatile boolean completed;

    Channel(RSocket line, String mimes, Behaviour behaviour, int initialDemand) {
      this.line = line;
      this.mimes = mimes;
      this.behaviour = behaviour;
      this.initialDemand = initialDemand;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      request(initialDemand);
    }

    @Override
    protected void hookOnNext(Payload payload) {
      long index = frames.size();
      if (index == 0) {
        for (CompositeMetadata.Entry entry : new CompositeMetadata(payload.metadata(), false)) {
          route = new RoutingMetadata(entry.getContent()).iterator().next();
        }
      }
      String frame = payload.getDataUtf8();
      payload.release();
      frames.add(frame);
      behaviour.onFrame(this, index, frame);
    }

    @Override
    protected void hookOnComplete() {
      completed = true;
      acks.tryEmitComplete();
    }

    @Override
    protected void hookOnError(Throwable lost) {
      acks.tryEmitComplete();
    }

    public List<String> frames() {
      return frames;
    }

    public @Nullable String route() {
      return route;
    }

    public void grant(int more) {
      request(more);
    }

    public void stored(long index, String frame) {
      answer(
          "{\"frame\":%d,\"accepted\":%d,\"rejected\":[]}"
              .formatted(index, eventsOf(frame).size()));
    }

    public void answer(String json) {
      acks.tryEmitNext(DefaultPayload.create(json.getBytes(StandardCharsets.UTF_8)));
    }

    /** Ends the channel with a problem document. */
    public void refuse(String problem) {
      acks.tryEmitError(new ApplicationErrorException(problem));
    }

    /** Completes when the device has closed the connection. */
    Mono<Void> whenLeft() {
      return line.onClose().onErrorComplete();
    }

    /** Cuts the connection. */
    public void drop() {
      line.dispose();
    }
  }
}
