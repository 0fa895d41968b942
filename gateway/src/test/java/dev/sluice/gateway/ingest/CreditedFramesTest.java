package dev.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.flow.Flow;
import dev.sluice.gateway.ingest.CreditedFrames.Received;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Schedulers;

class CreditedFramesTest {
  private static final int GREATEST = 100;
  private static final long SECOND = 1_000_000_000L;

  private final IngestBudget budget =
      new IngestBudget(
          1000, 0, Duration.ZERO, Schedulers.parallel(), new Flow(new SimpleMeterRegistry()));
  private long now;
  private final FrameCredit credit = new FrameCredit(budget, GREATEST, 450, 8, () -> now);

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
            }

            @Override
            protected void hookOnError(Throwable error) {
              failure = error;
            }
          };
      new CreditedFrames(this, CreditedFramesTest.this.credit, Doors.RSOCKET).subscribe(frames);
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
      if (oldest.room() != null) {
        oldest.room().release();
      }
      oldest.answered();
    }

    void answerAll() {
      while (answered < received.size()) {
        answerOldest();
      }
    }
  }
}
