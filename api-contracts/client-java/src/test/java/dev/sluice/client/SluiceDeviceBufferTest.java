package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** What waits in a device: for company, for the gateway's demand, for an ack. */
class SluiceDeviceBufferTest extends DeviceTests {
  @Test
  void noMoreFramesLeaveThanTheGatewayAsksFor() {
    TestGateway server = gateway(1, (channel, index, frame) -> {});
    SluiceDevice sender = started(device(server.port()));
    List<FrameAck> acks = new CopyOnWriteArrayList<>();
    sender.sendFrames(frames(10)).subscribe(acks::add);

    await().until(() -> server.frames().size() == 1);
    assertThat(sender.counters().taken()).isEqualTo(10);
    assertThat(sender.counters().sent()).isEqualTo(1);

    server.lastChannel().grant(3);
    await().until(() -> server.frames().size() == 4);
    assertThat(sender.counters().sent()).isEqualTo(4);

    // An ack is no demand.
    server.lastChannel().stored(0, server.frames().get(0));
    await().until(() -> acks.size() == 1);
    assertThat(sender.counters().sent()).isEqualTo(4);
    assertThat(server.frames()).hasSize(4);
  }

  @Test
  void fullBufferTurnsOffersAway() {
    TestGateway server = gateway(1, (channel, index, frame) -> {});
    SluiceDevice sender =
        started(device(server.port()).buffer(5, 10_000).frame(1, 100, Duration.ZERO));

    for (int i = 0; i < 5; i++) {
      assertThat(sender.offer(event(i))).isTrue();
    }
    assertThat(sender.offer(event(5))).isFalse();
    assertThat(sender.counters().buffered()).isEqualTo(5);

    await().until(() -> server.frames().size() == 1);
    server.lastChannel().stored(0, server.frames().get(0));
    await().until(() -> sender.offer(event(5)));
    assertThat(sender.counters().buffered()).isEqualTo(5);
  }

  @Test
  void fullBufferInBytesTurnsOffersAwayToo() {
    TestGateway server = gateway(1, (channel, index, frame) -> {});
    SluiceDevice sender = started(device(server.port()).buffer(1_000, 2L * event(1).length));

    assertThat(sender.offer(event(1))).isTrue();
    assertThat(sender.offer(event(2))).isTrue();
    assertThat(sender.offer(event(3))).isFalse();
  }

  @Test
  void fullBufferStopsThePublisher() {
    TestGateway server = gateway(1, (channel, index, frame) -> {});
    SluiceDevice sender = started(device(server.port()).buffer(5, 10_000));
    AtomicLong produced = new AtomicLong();

    sender.sendFrames(frames(100).doOnNext(frame -> produced.incrementAndGet())).subscribe();

    await().until(() -> server.frames().size() == 1);
    assertThat(produced).hasValue(6); // five in the buffer, one at its door
    server.lastChannel().stored(0, server.frames().get(0));
    await().until(() -> produced.get() == 7);
    assertThat(sender.counters().buffered()).isEqualTo(5);
  }

  @Test
  void acksNotAskedForKeepTheirPlaceInTheBuffer() {
    TestGateway server = gateway(100, TestGateway.STORES_ALL);
    SluiceDevice sender = started(device(server.port()).buffer(5, 10_000));
    AtomicLong acks = new AtomicLong();
    BaseSubscriber<FrameAck> slow =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(Subscription subscription) {}

          @Override
          protected void hookOnNext(FrameAck ack) {
            acks.incrementAndGet();
          }
        };
    sender.sendFrames(frames(20)).subscribe(slow);

    await().until(() -> sender.counters().acked() == 5);
    assertThat(sender.counters().taken()).isEqualTo(5);
    slow.request(2);
    await().until(() -> sender.counters().acked() == 7);
    assertThat(acks).hasValue(2);
    slow.request(Long.MAX_VALUE);
    await().until(() -> acks.get() == 20);
  }

  @Test
  void eventLargerThanTheBufferIsRefused() {
    TestGateway server = gateway(10, TestGateway.STORES_ALL);
    SluiceDevice sender = started(device(server.port()).buffer(10, 10));

    assertThatThrownBy(() -> sender.offer(event(1)))
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo("CLIENT_EVENT_TOO_LARGE"));
    assertThat(sender.isDisposed()).isFalse();
  }

  @Test
  void eventsWaitForCompanyUntilAFrameIsFull() {
    TestGateway server = gateway(10, TestGateway.STORES_ALL);
    SluiceDevice sender = started(device(server.port()).frame(3, 10_000, BOUND.multipliedBy(10)));

    for (int i = 0; i < 7; i++) {
      sender.offer(event(i));
    }
    await().until(() -> sender.counters().acked() == 6);
    assertThat(server.frames()).hasSize(2);

    sender.close(BOUND).block(BOUND);

    assertThat(seqsOf(server.frames())).containsExactlyElementsOf(seqs(0, 7));
    assertThat(sender.counters().acked()).isEqualTo(7);
  }

  @Test
  void lingerSendsALonelyEvent() {
    TestGateway server = gateway(10, TestGateway.STORES_ALL);
    SluiceDevice sender = started(device(server.port()).frame(3, 10_000, Duration.ofMillis(20)));

    sender.offer(event(1));
    await().until(() -> sender.counters().acked() == 1);
    sender.offer(event(2));
    await().until(() -> sender.counters().acked() == 2);
  }
}
