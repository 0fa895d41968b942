package dev.sluice.gateway.ingest;

import dev.sluice.gateway.ingest.CreditedFrames.Received;
import dev.sluice.gateway.ingest.FrameAccount.Grant;
import dev.sluice.gateway.ingest.FrameAccount.Standing;
import dev.sluice.gateway.quota.Rate;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * One connection: asks for the frames that its {@link FrameAccount} grants, at its caller's rate,
 * and ends it when it sends more or does not read its acks.
 */
final class CreditedConnection implements CoreSubscriber<byte[]>, Subscription {
  private final FrameCredit credit;
  private final String door;
  private final Rate rate;
  private final Sinks.Empty<Void> cut;
  private final CoreSubscriber<? super Received> actual;
  private final FrameAccount account;
  private final AtomicInteger granting = new AtomicInteger();
  private @Nullable Subscription upstream;

  /** Grants when the rate has it. */
  private final Disposable.Swap later = Disposables.swap();

  /** For the rate. Set only by the thread that grants. */
  private volatile boolean waits;

  /**
   * @param door that it came by
   * @param cut fails when it is to be cut off
   */
  CreditedConnection(
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
    account = new FrameAccount(credit, rate);
  }

  String door() {
    return door;
  }

  /** Frames that may come now. */
  int granted() {
    return account.granted();
  }

  Standing standing() {
    return account.standing();
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
  public void request(long n) {
    if (Operators.validate(n)) {
      account.demand(n);
      grant();
    }
  }

  @Override
  public void onNext(byte[] data) {
    Grant used = account.use(data.length);
    if (used == Grant.NONE) {
      exceeded();
      return;
    }
    actual.onNext(new Received(data, account.room(used, data.length), this));
    grant();
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

  /** A frame has its ack, which is unread. */
  void answered(Received frame, int ackBytes) {
    long unread = account.answered(frame.data().length, ackBytes);
    if (credit.tooMuchUnread(unread)) {
      cutOff(unread);
    } else {
      grant();
    }
  }

  /** An ack was read, or never will be. */
  void read(Received frame, int ackBytes) {
    account.read(frame.room(), ackBytes);
    grant();
    leaveIfAllIsRead();
  }

  /** Ends it if acks wait and none was read since the time given. */
  void cutOffIfUnread(long since) {
    long unread = account.unreadSince(since);
    if (unread > 0) {
      cutOff(unread);
    }
  }

  /** By whoever subscribes, who cancels this then. */
  private void cutOff(long unread) {
    end();
    if (leave()) {
      cut.tryEmitError(credit.refuseUnread(unread).toException());
    }
  }

  /** {@link FrameAccount#loseBackingIfIdle}. */
  boolean loseBackingIfIdle(long since) {
    return account.loseBackingIfIdle(since);
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
    return account.grant();
  }

  private void grantLater(long nanos) {
    if (!waits && account.mayStand()) {
      waits = true;
      later.update(credit.later(this::grantNow, nanos));
    }
  }

  private void grantNow() {
    waits = false;
    grant();
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

  /** No frame is taken any more; what is in flight is stored. False if it had ended. */
  private boolean end() {
    later.dispose();
    return account.end();
  }

  private void leaveIfAllIsRead() {
    if (account.isSettled()) {
      leave();
    }
  }

  /** Nobody is left to be told. False if it had left. */
  private boolean leave() {
    credit.remove(this);
    return account.leave();
  }
}
