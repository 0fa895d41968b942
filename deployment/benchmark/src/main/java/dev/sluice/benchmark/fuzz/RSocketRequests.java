package dev.sluice.benchmark.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.frame.FrameLengthCodec;
import io.rsocket.frame.RequestResponseFrameCodec;
import io.rsocket.frame.SetupFrameCodec;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.util.ByteBufPayload;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Requests of RSocket with changed routes, metadata and data. */
final class RSocketRequests implements Door {
  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final int MOST_ROWS = 100;
  private static final List<String> ROUTES =
      List.of("streams.fuzzed.events", "query", "streams..events", "streams.a.b.events", "x", "");

  private final InetSocketAddress address;
  private @Nullable RSocket connection;

  RSocketRequests(InetSocketAddress address) {
    this.address = address;
  }

  @Override
  public Answer send(Mutator mutator) throws Exception {
    boolean frame = mutator.oneIn(2);
    byte[] data =
        frame
            ? mutator.json(Valid.EVENTS)
            : JsonMapper.shared().writeValueAsBytes(Questions.question(mutator));
    String route = mutator.oneIn(10) ? mutator.one(ROUTES) : ROUTES.get(frame ? 0 : 1);
    String what = route + " " + Answer.text(data);
    ByteBuf metadata = route(route);
    if (mutator.oneIn(20)) {
      metadata = changed(mutator, metadata);
    }
    Payload payload = ByteBufPayload.create(Unpooled.wrappedBuffer(data), metadata);
    try {
      String answer =
          answer(connection(), payload, mutator.oneIn(20) ? mutator.number(3) : frame ? 0 : 1)
              .toFuture()
              .get(WITHIN.toSeconds(), TimeUnit.SECONDS);
      return Answer.of(answer == null ? "" : answer, what);
    } catch (TimeoutException e) {
      close();
      throw new NoAnswer(what, e);
    } catch (ExecutionException e) {
      close();
      return Answer.of("connection: " + e.getCause(), what);
    }
  }

  /** All that comes, errors too, which are answers. */
  private static Mono<String> answer(RSocket to, Payload payload, int interaction) {
    Flux<Payload> answers =
        switch (interaction) {
          case 0 -> to.requestResponse(payload).flux();
          case 1 -> to.requestStream(payload);
          default -> to.requestChannel(Flux.just(payload));
        };
    return answers
        .take(MOST_ROWS)
        .map(RSocketRequests::text)
        .onErrorResume(error -> Mono.just(String.valueOf(error.getMessage())))
        .reduce("", String::concat);
  }

  private static String text(Payload payload) {
    String text = payload.getDataUtf8();
    payload.release();
    return text;
  }

  private static ByteBuf changed(Mutator mutator, ByteBuf metadata) {
    byte[] bytes = new byte[metadata.readableBytes()];
    metadata.readBytes(bytes).release();
    return Unpooled.wrappedBuffer(mutator.bytes(bytes));
  }

  private static ByteBuf route(String route) {
    CompositeByteBuf metadata = ByteBufAllocator.DEFAULT.compositeBuffer();
    CompositeMetadataCodec.encodeAndAddMetadata(
        metadata,
        ByteBufAllocator.DEFAULT,
        WellKnownMimeType.MESSAGE_RSOCKET_ROUTING,
        TaggingMetadataCodec.createRoutingMetadata(ByteBufAllocator.DEFAULT, List.of(route))
            .getContent());
    return metadata;
  }

  private RSocket connection() throws Exception {
    RSocket open = connection;
    if (open != null && !open.isDisposed()) {
      return open;
    }
    RSocket fresh =
        RSocketConnector.create()
            .metadataMimeType(WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString())
            .dataMimeType("application/json")
            .connect(TcpClientTransport.create(address))
            .toFuture()
            .get(WITHIN.toSeconds(), TimeUnit.SECONDS);
    connection = fresh;
    return fresh;
  }

  /** Frames of a connection's beginning, as they are on the wire, for {@link Bytes}. */
  static byte[] handshake() {
    ByteBuf setup =
        SetupFrameCodec.encode(
            ByteBufAllocator.DEFAULT,
            false,
            20_000,
            60_000,
            "message/x.rsocket.routing.v0",
            "application/json",
            ByteBufPayload.create(new byte[0]));
    ByteBuf request =
        RequestResponseFrameCodec.encode(
            ByteBufAllocator.DEFAULT,
            1,
            false,
            Unpooled.wrappedBuffer("\u0015streams.fuzzed.events".getBytes(StandardCharsets.UTF_8)),
            Unpooled.wrappedBuffer(JsonMapper.shared().writeValueAsBytes(Valid.EVENTS)));
    ByteBuf both =
        Unpooled.wrappedBuffer(
            FrameLengthCodec.encode(ByteBufAllocator.DEFAULT, setup.readableBytes(), setup),
            FrameLengthCodec.encode(ByteBufAllocator.DEFAULT, request.readableBytes(), request));
    byte[] bytes = new byte[both.readableBytes()];
    both.readBytes(bytes).release();
    return bytes;
  }

  @Override
  public void close() {
    RSocket open = connection;
    if (open != null) {
      open.dispose();
      connection = null;
    }
  }
}
