package dev.sluice.gateway.ingest;

import dev.sluice.gateway.ingest.IngestBudget.Reservation;
import dev.sluice.gateway.quota.Rate;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

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
  record Received(byte[] data, @Nullable Reservation room, Connection connection) {

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
   * How a connection stands.
   *
   * @param granted frames that may come now
   * @param inFlight frames that have come and were not answered
   * @param unread frames that have come and whose answer was not read
   * @param mostUnread how many that may be
   * @param unreadBytes of acks that its socket has not taken
   */
  record Standing(
      int granted,
      int inFlight,
      long inFlightBytes,
      long unread,
      long mostUnread,
      long unreadBytes) {}

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
    source.subscribe(new Connection(credit, door, rate, cut, actual));
  }

  /** Fails with ACKS_UNREAD when the device is to be cut off; else never ends. */
  Mono<Void> cutOff() {
    return cut.asMono();
  }

  /** One connection. Its own lock guards what it counts; nobody is called under it. */
  static final class Connection implements CoreSubscriber<byte[]>, Subscription {
    private final FrameCredit credit;
    private final String door;
    private final Rate rate;
    private final Sinks.Empty<Void> cut;
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
    private long unreadBytes;

    /** When an ack was read, or the first of those that wait was made. */
    private long lastRead;

    private long lastGrant;
    private long lastFrame;

    /** No frame comes any more. */
    private boolean ended;

    /** And nobody reads acks any more. */
    private boolean gone;

    /** What is held for frames in flight and acks unread. */
    private final Set<Reservation> rooms = new HashSet<>();

    /** Grants when the rate has it. */
    private final Disposable.Swap later = Disposables.swap();

    private boolean waits;

    Connection(
        FrameCredit credit,
        String door,
        Rate rate,
        Sinks.Empty<Void> cut,
        CoreSubscriber<? super Received> actual) {
      this.credit = credit;
      this.door = door;
      this.rate = rate;
      this.cut = cut;
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
      keep(room);
      return new Received(data, room, this);
    }

    private void keep(@Nullable Reservation room) {
      if (room == null) {
        return;
      }
      synchronized (this) {
        if (!gone) {
          rooms.add(room);
          return;
        }
      }
      room.abandon();
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
        leave();
      }
    }

    private void answered(Received frame, int ackBytes) {
      long unread;
      synchronized (this) {
        inFlight--;
        inFlightBytes -= frame.data().length;
        if (unreadBytes == 0) {
          lastRead = credit.now();
        }
        unreadBytes += ackBytes;
        unread = unreadBytes;
      }
      if (credit.tooMuchUnread(unread)) {
        cutOff(unread);
      } else {
        grant();
      }
    }

    private void read(Received frame, int ackBytes) {
      synchronized (this) {
        unreadBytes -= ackBytes;
        lastRead = credit.now();
        if (frame.room() != null) {
          rooms.remove(frame.room());
        }
      }
      if (frame.room() != null) {
        frame.room().letGo();
      }
      grant();
      leaveIfAllIsRead();
    }

    /** Ends it if acks wait and none was read since the time given. */
    void cutOffIfUnread(long since) {
      long unread;
      synchronized (this) {
        if (gone || unreadBytes == 0 || lastRead - since > 0) {
          return;
        }
        unread = unreadBytes;
      }
      cutOff(unread);
    }

    /** By whoever subscribes, who cancels this then. */
    private void cutOff(long unread) {
      end();
      if (leave()) {
        cut.tryEmitError(credit.refuseUnread(unread).toException());
      }
    }

    private void leaveIfAllIsRead() {
      synchronized (this) {
        if (!ended || inFlight > 0 || unreadBytes > 0) {
          return;
        }
      }
      leave();
    }

    /** Nobody is left to be told of what is in flight, or of what no connection has yet. */
    private boolean leave() {
      List<Reservation> left;
      synchronized (this) {
        if (gone) {
          return false;
        }
        gone = true;
        left = List.copyOf(rooms);
        rooms.clear();
      }
      credit.remove(this);
      left.forEach(Reservation::abandon);
      return true;
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
      return new Standing(
          granted, inFlight, inFlightBytes, mostDemand - demand, mostDemand, unreadBytes);
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
      long wait = rate.nanosUntilDue();
      if (wait > 0) {
        grantLater(wait);
        return 0;
      }
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

    private void grantLater(long nanos) {
      synchronized (this) {
        if (waits || !mayStand()) {
          return;
        }
        waits = true;
      }
      later.update(credit.later(this::grantNow, nanos));
    }

    private void grantNow() {
      synchronized (this) {
        waits = false;
      }
      grant();
    }

    private synchronized int standingCredit() {
      if (!mayStand()) {
        return 0;
      }
      granted = 1;
      lastGrant = credit.now();
      return 1;
    }

    private boolean mayStand() {
      return !ended && granted == 0 && inFlight == 0 && demand > 0 && !isPiledUp();
    }

    /** Whoever leaves its acks unread is asked for nothing. */
    private boolean isPiledUp() {
      return unreadBytes > FrameCredit.UnreadAcks.PILE;
    }

    private synchronized boolean wantsMore() {
      return !ended
          && !isPiledUp()
          && granted < Math.min(window, demand)
          && inFlightBytes + (backed + 1L) * credit.frameBytes() <= credit.connectionBytes()
          && rate.allows(granted + inFlight + 1L);
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
      later.dispose();
      credit.budget().giveBack((long) lost * credit.frameBytes());
      return true;
    }

    @Override
    public void onError(Throwable error) {
      // After a cancellation the error is that of the connection, which has gone: nobody misses it.
      if (end()) {
        actual.onError(error);
        leave();
      }
    }

    @Override
    public void onComplete() {
      if (end()) {
        actual.onComplete();
        leaveIfAllIsRead();
      }
    }

    @Override
    public void cancel() {
      end();
      leave();
      cancelUpstream();
    }

    private void cancelUpstream() {
      Subscription subscription = upstream;
      if (subscription != null) {
        subscription.cancel();
      }
    }
  }
}
