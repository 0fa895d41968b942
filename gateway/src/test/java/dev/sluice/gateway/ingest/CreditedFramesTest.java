package dev.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.flow.Flow;
import dev.sluice.gateway.ingest.CreditedFrames.Received;
import dev.sluice.gateway.ingest.FrameCredit.UnreadAcks;
import dev.sluice.gateway.quota.Rate;
import dev.sluice.gateway.quota.TestQuotas;
import dev.sluice.gateway.security.Caller;
import dev.sluice.gateway.security.Quota;
import dev.sluice.gateway.security.Quota.Kind;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class CreditedFramesTest {
  private static final int GREATEST = 100;
  private static final long SECOND = 1_000_000_000L;

  private final IngestBudget budget =
      new IngestBudget(
          1000, 0, Duration.ZERO, Schedulers.parallel(), new Flow(new SimpleMeterRegistry()));
  private long now;
  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private final FrameCredit credit =
      new FrameCredit(
          budget,
          GREATEST,
          450,
          8,
          new UnreadAcks(100_000, Duration.ofSeconds(30)),
          () -> now,
          timer);
  private Rate rate = Rate.UNBOUNDED;

  @Test
  void idleDeviceMaySendOneFrameAndHoldsNothing() {
    Device device = new Device(64);
    assertThat(device.credit).isEqualTo(1);
    assertThat(budget.used()).isZero();
  }

  @Test
  void slowDeviceIsGrantedOneFrameAfterEachAck() {
    Device device = new Device(64);
    for (int i = 0; i < 3; i++) {
      now += 2 * SECOND;
      device.send(10);
      assertThat(device.credit).isZero();
      device.answerOldest();
      assertThat(device.credit).isEqualTo(1);
      assertThat(budget.used()).isZero();
    }
  }

  @Test
  void deviceThatUsesItsCreditAtOnceIsGrantedMoreEachBackedByTheGreatestFrame() {
    Device device = new Device(64);
    device.send(10);
    assertThat(device.credit).isEqualTo(1);
    assertThat(budget.used()).isEqualTo(10 + GREATEST);
    device.send(10);
    assertThat(device.credit).isEqualTo(2);
    assertThat(budget.used()).isEqualTo(20 + 2 * GREATEST);
    device.send(10);
    device.send(10);
    // 4 frames of 10 bytes and 4 of the greatest are all that one connection may hold.
    assertThat(device.credit).isEqualTo(4);
    assertThat(budget.used()).isEqualTo(40 + 4 * GREATEST);
  }

  @Test
  void nothingIsGrantedBeyondTheBudgetAndStandingCreditIsRefusedWhenItIsExhausted() {
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Device device = new Device(64);
      devices.add(device);
      while (device.credit > 0 && device.received.size() < 20) {
        device.send(GREATEST);
      }
      assertThat(budget.used()).isLessThanOrEqualTo(1000);
    }
    Device last = devices.get(devices.size() - 1);
    assertThat(last.received).hasSize(1);
    assertThat(last.received.get(0).room()).isNull();
    devices.forEach(Device::answerAll);
    assertThat(devices).allMatch(device -> device.credit >= 1);
  }

  @Test
  void nothingIsGrantedWhileAsManyFramesWaitForTheirAckAsMay() {
    Device device = new Device(2);
    device.send(1);
    device.send(1);
    assertThat(device.credit).isZero();
    device.answerOldest();
    assertThat(device.credit).isZero();
    device.demand(1);
    assertThat(device.credit).isEqualTo(1);
  }

  @Test
  void frameBeyondTheCreditCutsTheDeviceOff() {
    Device device = new Device(64);
    now += 2 * SECOND;
    device.send(1);
    now += 2 * SECOND;
    device.answerAll();
    device.send(1);
    device.sendAnyway(1);
    assertThat(device.cancelled).isTrue();
    assertThat(((ProblemException) device.failure()).problem().code())
        .isEqualTo(ProblemCode.CREDIT_EXCEEDED);
  }

  @Test
  void deviceThatGoesGivesBackWhatItWasGranted() {
    Device cancelled = new Device(64);
    cancelled.send(10);
    cancelled.frames.cancel();
    Device completed = new Device(64);
    completed.send(10);
    completed.source().onComplete();
    assertThat(budget.used()).isEqualTo(20);
    cancelled.answerAll();
    completed.answerAll();
    assertThat(budget.used()).isZero();
  }

  @Test
  void deviceThatFallsSilentLosesItsBackingToOthersAndKeepsItsCredit() {
    List<Device> silent = new ArrayList<>();
    while (budget.used() <= 750 - GREATEST) {
      Device device = new Device(64);
      device.send(1);
      device.answerAll();
      silent.add(device);
    }
    now += 2 * SECOND;
    Device busy = new Device(64);
    busy.send(1);
    assertThat(busy.credit).isEqualTo(1);
    assertThat(budget.used()).isEqualTo(1 + GREATEST);
    Device woken = silent.get(0);
    assertThat(woken.credit).isPositive();
    woken.send(50);
    assertThat(woken.received.get(1).room()).isNotNull();
  }

  @Test
  void roomIsHeldUntilTheAckWasRead() {
    Device device = new Device(64);
    device.send(10);
    Answer ack = device.answerOldest(80);
    assertThat(budget.used()).isEqualTo(80 + GREATEST);
    ack.hold().letGo();
    ack.hold().letGo();
    assertThat(budget.used()).isEqualTo(GREATEST);
  }

  @Test
  void nothingIsGrantedWhileAcksPileUpUnread() {
    Device device = new Device(64);
    device.send(10);
    device.send(10);
    Answer first = device.answerOldest(70_000);
    Answer second = device.answerOldest(10);
    while (device.credit > 0) {
      device.send(10);
    }
    assertThat(device.received).hasSize(4);
    device.answerOldest(10);
    device.answerOldest(10);
    second.hold().letGo();
    assertThat(device.credit).isZero();
    first.hold().letGo();
    assertThat(device.credit).isPositive();
  }

  @Test
  void whoeverLeavesTooMuchUnreadIsCutOffAndGivesEverythingBack() {
    Device device = new Device(64);
    device.send(10);
    device.send(10);
    Answer onItsWay = device.answerOldest(90);
    onItsWay.hold().handOver();
    device.answerOldest(100_001);
    assertThat(((ProblemException) device.failure()).problem().code())
        .isEqualTo(ProblemCode.ACKS_UNREAD);
    device.frames.cancel();
    assertThat(device.cancelled).isTrue();
    assertThat(budget.used()).isEqualTo(90);
    onItsWay.hold().letGo();
    assertThat(budget.used()).isZero();
  }

  @Test
  void whoeverReadsNoAckForTooLongIsCutOffAlsoWhenItSendsNoMore() {
    Device slow = new Device(64);
    slow.send(10);
    Answer ack = slow.answerOldest(10);
    Device gone = new Device(64);
    gone.send(10);
    gone.source().onComplete();
    gone.answerOldest(10);
    now += 29 * SECOND;
    credit.cutOffUnread();
    assertThat(slow.failure).isNull();
    ack.hold().letGo();
    now += 2 * SECOND;
    credit.cutOffUnread();
    assertThat(slow.failure).isNull();
    assertThat(((ProblemException) gone.failure()).problem().code())
        .isEqualTo(ProblemCode.ACKS_UNREAD);
  }

  @Test
  void deviceBeyondItsRateIsGrantedNothingUntilMoreIsDueAndLosesNothing() {
    rate = TestQuotas.of(new Quota(Map.of(Kind.EVENTS, 200L)), timer).rate(Caller.ANYONE);
    Device device = new Device(64);
    long nanos = 0;
    for (int sent = 0; sent < 6; ) {
      if (device.credit > 0) {
        device.send(10);
        rate.took(100, 10);
        device.answerAll();
        sent++;
      } else {
        nanos += 10_000_000;
        timer.advanceTimeBy(Duration.ofMillis(10));
      }
    }
    // A second's due at once, and each frame as soon as the one before is no longer owed.
    assertThat(nanos).isBetween(15 * SECOND / 10, 16 * SECOND / 10);
  }

  @Test
  void deviceThatIsGoneBeforeMoreIsDueIsGrantedNothing() {
    rate = TestQuotas.of(new Quota(Map.of(Kind.BYTES, 10L)), timer).rate(Caller.ANYONE);
    Device device = new Device(64);
    device.send(50);
    rate.took(1, 50);
    device.answerAll();
    device.frames.cancel();

    timer.advanceTimeBy(Duration.ofMinutes(1));

    assertThat(device.credit).isZero();
  }

  @Test
  void deviceWithMuchDueIsGrantedAheadAsManyFramesLikeTheLastAsItHoldsOf() {
    rate = TestQuotas.of(new Quota(Map.of(Kind.EVENTS, 100L)), timer).rate(Caller.ANYONE);
    Device device = new Device(64);
    device.send(1);
    assertThat(device.credit).isZero();
    rate.took(20, 1);
    device.answerAll();
    assertThat(device.credit).isEqualTo(1);
    device.send(1);
    assertThat(device.credit).isEqualTo(2);
    device.send(1);
    // 80 are left for four like the last: two that have come, and two that may.
    assertThat(device.credit).isEqualTo(2);
  }

  /** A device that sends when it is told to, and an ingest path that answers when it is told to. */
  private final class Device implements Publisher<byte[]> {
    final List<Received> received = new ArrayList<>();
    final BaseSubscriber<Received> frames;
    long credit;
    boolean cancelled;
    private int answered;
    private @Nullable Subscriber<? super byte[]> source;
    private @Nullable Throwable failure;

    Device(int maxUnread) {
      frames =
          new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
              subscription.request(maxUnread);
            }

            @Override
            protected void hookOnNext(Received frame) {
              received.add(frame);
              if (frame.room() != null) {
                frame.room().begin();
              }
            }

            @Override
            protected void hookOnError(Throwable error) {
              failure = error;
            }
          };
      CreditedFrames credited =
          new CreditedFrames(this, CreditedFramesTest.this.credit, Doors.RSOCKET, rate);
      credited.subscribe(frames);
      credited.cutOff().subscribe(never -> {}, cut -> failure = cut);
    }

    @Override
    public void subscribe(Subscriber<? super byte[]> subscriber) {
      source = subscriber;
      subscriber.onSubscribe(
          new Subscription() {
            @Override
            public void request(long n) {
              credit += n;
            }

            @Override
            public void cancel() {
              cancelled = true;
            }
          });
    }

    Subscriber<? super byte[]> source() {
      if (source == null) {
        throw new IllegalStateException("not subscribed");
      }
      return source;
    }

    Throwable failure() {
      if (failure == null) {
        throw new AssertionError("has not failed");
      }
      return failure;
    }

    void send(int bytes) {
      assertThat(credit).isPositive();
      sendAnyway(bytes);
    }

    void sendAnyway(int bytes) {
      credit--;
      source().onNext(new byte[bytes]);
    }

    void demand(long n) {
      frames.request(n);
    }

    void answerOldest() {
      Received oldest = received.get(answered++);
      answer(oldest, 10).hold().letGo();
    }

    /** An ack of so many bytes, that is not read yet. */
    Answer answerOldest(int ackBytes) {
      return answer(received.get(answered++), ackBytes);
    }

    private Answer answer(Received frame, int ackBytes) {
      if (frame.room() != null) {
        frame.room().answered(ackBytes);
      }
      return frame.answered(new Answer(new Ack.Stored(0, 1), new byte[ackBytes], Answer.Hold.NONE));
    }

    void answerAll() {
      while (answered < received.size()) {
        answerOldest();
      }
    }
  }
}
