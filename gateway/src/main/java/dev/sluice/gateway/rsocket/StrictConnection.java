package dev.sluice.gateway.rsocket;

import dev.sluice.gateway.problem.Problems;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.TooLongFrameException;
import io.rsocket.DuplexConnection;
import io.rsocket.RSocketErrorException;
import io.rsocket.exceptions.ConnectionErrorException;
import io.rsocket.frame.ErrorFrameCodec;
import io.rsocket.frame.FrameHeaderCodec;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A connection that ends when what comes on it cannot be read, or nothing comes, and says why.
 * rsocket-java takes no notice of that: the connection stays open, nothing on it is answered any
 * more, and the peer waits until it gives up by itself.
 */
final class StrictConnection implements DuplexConnection {
  /**
   * How long the peer has to read why. It may still be sending: closing a socket with something
   * unread takes back what was sent last (RFC 1122, 4.2.2.13).
   */
  private static final Duration LINGER = Duration.ofSeconds(1);

  private final DuplexConnection source;
  private final int maxFrameBytes;
  private final Duration firstFrame;

  /**
   * @param firstFrame until when it must be there
   */
  StrictConnection(DuplexConnection source, int maxFrameBytes, Duration firstFrame) {
    this.source = source;
    this.maxFrameBytes = maxFrameBytes;
    this.firstFrame = firstFrame;
  }

  @Override
  public Flux<ByteBuf> receive() {
    return source
        .receive()
        .timeout(Mono.delay(firstFrame), frame -> Mono.never())
        .doOnNext(StrictConnection::requireHeader)
        .onErrorResume(this::end);
  }

  /**
   * Reads a header as rsocket-java does before anything else. What that throws would come to
   * reactor-netty, which then frees the frame twice, and so memory that is another connection's.
   *
   * @throws RuntimeException there is no such frame
   */
  private static void requireHeader(ByteBuf frame) {
    FrameHeaderCodec.streamId(frame);
    FrameHeaderCodec.frameType(frame);
  }

  private Flux<ByteBuf> end(Throwable failure) {
    if (failure instanceof IOException) {
      // The peer has gone: nobody is left to tell.
      source.dispose();
      return Flux.empty();
    }
    String problem = new String(Problems.toJson(problem(failure)), StandardCharsets.UTF_8);
    source.sendFrame(
        0, ErrorFrameCodec.encode(alloc(), 0, new ConnectionErrorException(problem, failure)));
    return Mono.delay(LINGER).doFinally(end -> source.dispose()).thenMany(Flux.empty());
  }

  private Problem problem(Throwable failure) {
    if (failure instanceof TimeoutException) {
      return Problem.of(
          ProblemCode.REQUEST_TIMEOUT,
          "a connection's first frame must be there within " + firstFrame + ": was not");
    }
    return failure instanceof TooLongFrameException
        ? Problem.of(
            ProblemCode.FRAME_TOO_LARGE,
            "an RSocket frame must be at most "
                + maxFrameBytes
                + " bytes: the connection ends; send less in one frame")
        : Problem.of(
            ProblemCode.BAD_REQUEST,
            "what came could not be read as RSocket: the connection ends; " + failure.getMessage());
  }

  @Override
  public void sendFrame(int streamId, ByteBuf frame) {
    source.sendFrame(streamId, frame);
  }

  @Override
  public void sendErrorAndClose(RSocketErrorException error) {
    source.sendErrorAndClose(error);
  }

  @Override
  public ByteBufAllocator alloc() {
    return source.alloc();
  }

  @Override
  public SocketAddress remoteAddress() {
    return source.remoteAddress();
  }

  @Override
  public Mono<Void> onClose() {
    return source.onClose();
  }

  @Override
  public void dispose() {
    source.dispose();
  }

  @Override
  public boolean isDisposed() {
    return source.isDisposed();
  }
}
