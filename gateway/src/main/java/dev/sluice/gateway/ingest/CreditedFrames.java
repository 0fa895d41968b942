package dev.sluice.gateway.ingest;

import dev.sluice.gateway.ingest.IngestBudget.Reservation;
import dev.sluice.gateway.quota.Rate;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The frames of one connection, asked for as {@link FrameCredit}, the caller's {@link Rate} and the
 * demand behind allow.
 *
 * <p>The demand behind says how many frames may wait for their ack or for its being read, so that
 * nothing is granted while acks pile up.
 */
final class CreditedFrames extends Flux<CreditedFrames.Received> {
  private final Publisher<byte[]> source;
  private final FrameCredit credit;
  private final String door;
  private final Rate rate;
  private final Sinks.Empty<Void> cut = Sinks.empty();

  /**
   * A frame that has come.
   *
   * @param room for its bytes; null if there was none
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way to the log; never compared
  record Received(byte[] data, @Nullable Reservation room, CreditedConnection connection) {

    /** It is no longer in flight, and its ack is unread until the answer's hold is let go. */
    Answer answered(Answer answer) {
      connection.answered(this, answer.json().length);
      return answer.holding(new Unread(this, answer.json().length));
    }
  }

  /** An ack that was not read. */
  private static final class Unread implements Answer.Hold {
    private final Received frame;
    private final int bytes;
    private final AtomicBoolean read = new AtomicBoolean();

    Unread(Received frame, int bytes) {
      this.frame = frame;
      this.bytes = bytes;
    }

    @Override
    public void handOver() {
      if (frame.room() != null) {
        frame.room().handOver();
      }
    }

    @Override
    public void letGo() {
      if (read.compareAndSet(false, true)) {
        frame.connection().read(frame, bytes);
      }
    }
  }

  /**
   * @param door that the connection came by
   * @param rate at which its caller may send
   */
  CreditedFrames(Publisher<byte[]> source, FrameCredit credit, String door, Rate rate) {
    this.source = source;
    this.credit = credit;
    this.door = door;
    this.rate = rate;
  }

  @Override
  public void subscribe(CoreSubscriber<? super Received> actual) {
    source.subscribe(new CreditedConnection(credit, door, rate, cut, actual));
  }

  /** Fails with ACKS_UNREAD when the device is to be cut off; else never ends. */
  Mono<Void> cutOff() {
    return cut.asMono();
  }
}
