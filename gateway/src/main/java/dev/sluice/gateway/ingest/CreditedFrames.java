package dev.sluice.gateway.ingest;

import dev.sluice.gateway.ingest.IngestBudget.Reservation;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The frames of one connection, asked for as {@link FrameCredit} and the demand behind allow.
 *
 * <p>The demand behind says how many frames may wait for their ack or for its being read, so that
 * nothing is granted while acks pile up.
 */
final class CreditedFrames extends Flux<CreditedFrames.Received> {
  private final Publisher<byte[]> source;
  private final FrameCredit credit;
  private final String door;

  /**
   * A frame that has come.
   *
   * @param room for its bytes; null if there was none
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way to the log; never compared
  record Received(byte[] data, @Nullable Reservation room, Connection connection) {

    /** It has been answered: it is no longer in flight. */
    void answered() {
      connection.answered(this);
    }
  }

  /**
   * How a connection stands.
   *
   * @param granted frames that may come now
   * @param inFlight frames that have come and were not answered
   * @param unread frames that have come and whose answer was not read
   * @param mostUnread how many that may be
   */
  record Standing(int granted, int inFlight, long inFlightBytes, long unread, long mostUnread) {}

  /**
   * @param door that the connection came by
   */
  CreditedFrames(Publisher<byte[]> source, FrameCredit credit, String door) {
    this.source = source;
    this.credit = credit;
    this.door = door;
  }

  @Override
  public void subscribe(CoreSubscriber<? super Received> actual) {
    source.subscribe(new Connection(credit, door, actual));
  }

  /** One connection. Its own lock guards what it counts; nobody is called under it. */
  static final class Connection implements CoreSubscriber<byte[]>, Subscription {
    private final FrameCredit credit;
    private final String door;
    private final CoreSubscriber<? super Received> actual;
    private final AtomicInteger granting = new AtomicInteger();
    private @Nullable Subscription upstream;

    /** Frames that may come and wait for their ack. */
    private long demand;

    /** The greatest demand there was: that of the beginning. */
    private long mostDemand;

    /** Frames granted that have not come. */
    private int granted;

    /** How many of them are backed by room for the greatest frame. */
    private int backed;

    private int window;
    private int inFlight;
    private long inFlightBytes;
    private long lastGrant;
    private long lastFrame;
    private boolean ended;

    Connection(FrameCredit credit, String door, CoreSubscriber<? super Received> actual) {
      this.credit = credit;
      this.door = door;
      this.actual = actual;
      lastGrant = credit.now();
      lastFrame = lastGrant;
    }

    String door() {
      return door;
    }

    @Override
    public Context currentContext() {
      return actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      if (Operators.validate(upstream, subscription)) {
        upstream = subscription;
        credit.add(this);
        actual.onSubscribe(this);
      }
    }

    @Override
    public void onNext(byte[] data) {
      Received received = receive(data);
      if (received == null) {
        exceeded();
        return;
      }
      actual.onNext(received);
      grant();
    }

    private @Nullable Received receive(byte[] data) {
      boolean isBacked;
      synchronized (this) {
        if (ended || granted == 0) {
          return null;
        }
        long now = credit.now();
        granted--;
        demand--;
        window = credit.window(window, now - lastGrant, now - lastFrame);
        lastFrame = now;
        isBacked = backed > 0;
        if (isBacked) {
          backed--;
        }
        inFlight++;
        inFlightBytes += data.length;
      }
      int bytes = Math.min(data.length, credit.frameBytes());
      Reservation room =
          isBacked
              ? credit.budget().received(credit.frameBytes(), bytes)
              : credit.budget().tryReserve(bytes);
      return new Received(data, room, this);
    }

    private void exceeded() {
      if (end()) {
        cancelUpstream();
        actual.onError(
            Problem.of(
                    ProblemCode.CREDIT_EXCEEDED,
                    "a frame came that was not asked for: send as many as the credit says (REQUEST_N"
                        + " over RSocket)")
                .toException());
      }
    }

    void answered(Received frame) {
      synchronized (this) {
        inFlight--;
        inFlightBytes -= frame.data().length;
      }
      grant();
    }

    @Override
    public void request(long n) {
      if (Operators.validate(n)) {
        synchronized (this) {
          demand = Operators.addCap(demand, n);
          mostDemand = Math.max(mostDemand, demand);
        }
        grant();
      }
    }

    /** Frames that may come now. */
    synchronized int granted() {
      return granted;
    }

    synchronized Standing standing() {
      return new Standing(granted, inFlight, inFlightBytes, mostDemand - demand, mostDemand);
    }

    /** Asks for what is due; one thread at a time, and not within itself. */
    private void grant() {
      Subscription subscription = upstream;
      if (subscription == null || granting.getAndIncrement() != 0) {
        return;
      }
      int missed = 1;
      do {
        int due = due();
        if (due > 0) {
          subscription.request(due);
        }
        missed = granting.addAndGet(-missed);
      } while (missed != 0);
    }

    private int due() {
      int due = standingCredit();
      while (wantsMore() && credit.tryGrant()) {
        if (!back()) {
          credit.budget().giveBack(credit.frameBytes());
          break;
        }
        due++;
      }
      return due;
    }

    private synchronized int standingCredit() {
      if (ended || granted > 0 || inFlight > 0 || demand == 0) {
        return 0;
      }
      granted = 1;
      lastGrant = credit.now();
      return 1;
    }

    private synchronized boolean wantsMore() {
      return !ended
          && granted < Math.min(window, demand)
          && inFlightBytes + (backed + 1L) * credit.frameBytes() <= credit.connectionBytes();
    }

    private synchronized boolean back() {
      if (ended) {
        return false;
      }
      granted++;
      backed++;
      lastGrant = credit.now();
      return true;
    }

    /**
     * Gives others the room behind the grants if no frame has come since the time given. The grants
     * stay: what then comes on them is treated as what comes on a standing credit.
     */
    boolean loseBackingIfIdle(long since) {
      int lost;
      synchronized (this) {
        if (backed == 0 || lastFrame - since > 0) {
          return false;
        }
        lost = backed;
        backed = 0;
      }
      credit.budget().giveBack((long) lost * credit.frameBytes());
      return true;
    }

    /** What was granted is given back; what is in flight is stored and answered to nobody. */
    private boolean end() {
      int lost;
      synchronized (this) {
        if (ended) {
          return false;
        }
        ended = true;
        lost = backed;
        backed = 0;
      }
      credit.remove(this);
      credit.budget().giveBack((long) lost * credit.frameBytes());
      return true;
    }

    @Override
    public void onError(Throwable error) {
      // After a cancellation the error is that of the connection, which has gone: nobody misses it.
      if (end()) {
        actual.onError(error);
      }
    }

    @Override
    public void onComplete() {
      if (end()) {
        actual.onComplete();
      }
    }

    @Override
    public void cancel() {
      if (end()) {
        cancelUpstream();
      }
    }

    private void cancelUpstream() {
      Subscription subscription = upstream;
      if (subscription != null) {
        subscription.cancel();
      }
    }
  }
}
