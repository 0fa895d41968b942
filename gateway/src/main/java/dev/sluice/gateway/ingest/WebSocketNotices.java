package dev.sluice.gateway.ingest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;

/**
 * What a device is told besides its acks: credit, pongs and pings. Of each at most one waits until
 * the socket takes it: credit is added up, and the latest pong stands for those before it (RFC
 * 6455, 5.5.3). Usable on any thread.
 *
 * <p>Credit goes with the next ack, or for itself once a device has no more left than waits to be
 * told.
 */
final class WebSocketNotices {
  private final WebSocketSession session;

  /** Frames that the device may send and was not told of. */
  private final AtomicLong untold = new AtomicLong();

  /** Frames that the device was told of and that have not come. */
  private final AtomicLong left = new AtomicLong();

  private final AtomicReference<byte @Nullable []> pong = new AtomicReference<>();
  private final AtomicBoolean ping = new AtomicBoolean();

  /** Says that something waits; one such word stands for all. */
  private final Sinks.Many<Boolean> waiting =
      Sinks.many().unicast().onBackpressureBuffer(Queues.<Boolean>one().get());

  WebSocketNotices(WebSocketSession session) {
    this.session = session;
  }

  /** The device may send so many more frames. */
  void credit(long frames) {
    untold.addAndGet(frames);
    tellIfNeeded();
  }

  /** One of them has come. */
  void arrived() {
    left.decrementAndGet();
    tellIfNeeded();
  }

  private void tellIfNeeded() {
    long waits = untold.get();
    if (waits > 0 && left.get() <= waits) {
      wake();
    }
  }

  void pong(byte[] payload) {
    pong.set(payload);
    wake();
  }

  void ping() {
    ping.set(true);
    wake();
  }

  private void wake() {
    // A word for which there is no room is not missed: there is one that was not taken yet.
    while (waiting.tryEmitNext(true) == Sinks.EmitResult.FAIL_NON_SERIALIZED) {
      Thread.onSpinWait();
    }
  }

  /** What waits, as the socket takes it, until {@link #end}. */
  Flux<WebSocketMessage> messages() {
    // On another thread, and so after an ack that is about to leave, which takes the credit along.
    return waiting
        .asFlux()
        .publishOn(Schedulers.parallel(), 1)
        .concatMapIterable(word -> take(), 1);
  }

  void end() {
    while (waiting.tryEmitComplete() == Sinks.EmitResult.FAIL_NON_SERIALIZED) {
      Thread.onSpinWait();
    }
  }

  private List<WebSocketMessage> take() {
    List<WebSocketMessage> messages = new ArrayList<>(1);
    byte[] answer = pong.getAndSet(null);
    if (answer != null) {
      messages.add(session.pongMessage(buffers -> buffers.wrap(answer)));
    }
    if (ping.getAndSet(false)) {
      messages.add(session.pingMessage(buffers -> buffers.wrap(new byte[0])));
    }
    long frames = takeCredit();
    if (frames > 0) {
      messages.add(session.textMessage("{\"credit\":" + frames + "}"));
    }
    return messages;
  }

  private long takeCredit() {
    long frames = untold.getAndSet(0);
    left.addAndGet(frames);
    return frames;
  }

  /** An ack, with the credit that waits; a message once it is sent. */
  Supplier<WebSocketMessage> ack(Answer answer) {
    byte[] told = withCredit(answer.json());
    return () ->
        new WebSocketMessage(WebSocketMessage.Type.TEXT, buffers().wrap(answer.bytes(told)));
  }

  private NettyDataBufferFactory buffers() {
    return (NettyDataBufferFactory) session.bufferFactory();
  }

  private byte[] withCredit(byte[] json) {
    long frames = takeCredit();
    if (frames == 0) {
      return json;
    }
    byte[] member = (",\"credit\":" + frames + "}").getBytes(StandardCharsets.US_ASCII);
    byte[] told = Arrays.copyOf(json, json.length - 1 + member.length);
    System.arraycopy(member, 0, told, json.length - 1, member.length);
    return told;
  }
}
