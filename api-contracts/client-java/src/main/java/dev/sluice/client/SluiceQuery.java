package dev.sluice.client;

import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.util.ByteBufPayload;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/**
 * A question in SQL and its answer, for as long as somebody listens. Made by {@link #builder}. A
 * connection that is lost is made again, and the answer goes on after the last event that was
 * delivered: every final row comes, once.
 *
 * <p>Each subscription asks for itself, over a connection of its own; what it requests is the
 * demand that the gateway sees, a few payloads ahead of it. One that is slower than its query is
 * treated as its {@code overflow} says.
 */
public final class SluiceQuery {
  private static final String SLOW_SUBSCRIBER = "SLOW_SUBSCRIBER";
  private static final byte[] ROUTE = Wire.route("query");

  private final Map<String, Object> question;
  private final Line line;
  private final int prefetch;

  SluiceQuery(Map<String, Object> question, Line line, int prefetch) {
    this.question = question;
    this.line = line;
    this.prefetch = prefetch;
  }

  /**
   * A question for a gateway's RSocket port.
   *
   * @param host the gateway's host name or address
   * @param port its RSocket TCP port, 1..65535
   * @param sql the question
   */
  public static SluiceQueryBuilder builder(String host, int port, String sql) {
    return new SluiceQueryBuilder(host, port, sql);
  }

  /**
   * The rows, early ones too if they were asked for ({@link SluiceQueryBuilder#emit}). Completes at
   * the answer's end; fails with {@link SluiceException} if the gateway refuses it for good.
   */
  public Flux<Row> rows() {
    return events().ofType(Row.class);
  }

  /** The rows, and what is said between them. Otherwise as {@link #rows}. */
  public Flux<QueryEvent> events() {
    return Flux.defer(
        () -> {
          Place place = new Place((String) question.get("after"), line.patience());
          return Flux.defer(
                  () -> place.patience.connect().flatMapMany(gateway -> answer(gateway, place)))
              .onErrorMap(Wire::ending)
              .retryWhen(place.patience.retry())
              .onErrorMap(line::ending);
        });
  }

  private Flux<QueryEvent> answer(RSocket gateway, Place place) {
    return gateway
        .requestStream(question(place.token.get()))
        .concatMapIterable(SluiceQuery::events, prefetch)
        .handle((QueryEvent event, SynchronousSink<QueryEvent> sink) -> hear(event, place, sink))
        .takeUntil(event -> event instanceof QueryEvent.End)
        .doOnError(why -> place.patience.lost())
        .doFinally(signal -> gateway.dispose());
  }

  private Payload question(@Nullable String token) {
    Map<String, Object> asked = new LinkedHashMap<>(question);
    if (token != null) {
      asked.put("after", token);
    }
    return ByteBufPayload.create(
        Unpooled.wrappedBuffer(Wire.JSON.writeValueAsBytes(asked)), Unpooled.wrappedBuffer(ROUTE));
  }

  private static Iterable<QueryEvent> events(Payload payload) {
    byte[] lines = new byte[payload.data().readableBytes()];
    payload.data().readBytes(lines);
    payload.release();
    return Lines.events(lines);
  }

  private static void hear(QueryEvent event, Place place, SynchronousSink<QueryEvent> sink) {
    String token = event.token();
    if (token != null) {
      place.token.set(token);
    }
    if (event instanceof Broken broken) {
      SluiceException problem = broken.problem();
      boolean passing = Wire.isPassing(problem) || problem.code().equals(SLOW_SUBSCRIBER);
      sink.error(passing ? new BrokenOff(problem) : problem);
    } else {
      place.patience.heard();
      sink.next(event);
    }
  }

  /** Of one subscription: the token of the last event that was delivered, and its attempts. */
  private static final class Place {
    final AtomicReference<@Nullable String> token;
    final Patience patience;

    Place(@Nullable String token, Patience patience) {
      this.token = new AtomicReference<>(token);
      this.patience = patience;
    }
  }

  /** It goes on where it was broken off. */
  private static final class BrokenOff extends RuntimeException {
    BrokenOff(SluiceException problem) {
      super(problem.getMessage(), problem);
    }
  }
}
