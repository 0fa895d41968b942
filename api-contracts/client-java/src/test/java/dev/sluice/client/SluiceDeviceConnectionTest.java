package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpServer;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Connections that are refused, lost and made again. */
class SluiceDeviceConnectionTest extends DeviceTests {
  private static final String UNKNOWN_STREAM =
      "{\"type\":\"urn:sluice:problem:stream-unknown\",\"title\":\"Unknown stream\",\"status\":404,"
          + "\"code\":\"STREAM_UNKNOWN\",\"detail\":\"There is no stream readings; declare it.\"}";
  private static final String QUOTA_EXCEEDED =
      "{\"type\":\"urn:sluice:problem:quota-exceeded\",\"title\":\"Quota exceeded\",\"status\":429,"
          + "\"code\":\"QUOTA_EXCEEDED\",\"detail\":\"your quota of connections is 2\"}";

  @Test
  void reconnectResendsExactlyTheFramesNotAcked() {
    TestGateway server =
        gateway(
            5,
            (channel, index, frame) -> {
              if (!isFirst(channel)) {
                TestGateway.STORES_ALL.onFrame(channel, index, frame);
              } else if (index < 2) {
                channel.stored(index, frame);
              }
            });
    SluiceDevice sender = started(device(server.port()));
    List<FrameAck> acks = new CopyOnWriteArrayList<>();
    sender.sendFrames(frames(8)).subscribe(acks::add);
    await().until(() -> acks.size() == 2 && server.frames().size() == 5);

    server.lastChannel().drop();
    await().atMost(BOUND).until(() -> acks.size() == 8);

    assertThat(acks)
        .extracting(FrameAck::frame)
        .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(seqsOf(server.channels().get(0).frames())).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(seqsOf(server.channels().get(1).frames())).containsExactly(2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(server.channels().get(1).frames())
        .startsWith(server.channels().get(0).frames().subList(2, 5).toArray(String[]::new));
    assertThat(server.channels().get(1).route()).isEqualTo("streams.readings.events");
    assertThat(sender.counters().resent()).isEqualTo(3);
    assertThat(sender.counters().connections()).isEqualTo(2);
  }

  @Test
  void gatewayThatTakesNoMoreIsLeft() {
    TestGateway server =
        gateway(
            5,
            (channel, index, frame) -> {
              if (isFirst(channel)) {
                channel.cancel();
              } else {
                TestGateway.STORES_ALL.onFrame(channel, index, frame);
              }
            });
    SluiceDevice sender = started(device(server.port()));

    assertThat(sender.sendFrames(frames(3)).collectList().block(BOUND)).hasSize(3);
    assertThat(sender.counters().connections()).isEqualTo(2);
  }

  @Test
  void unknownStreamEndsTheDeviceAtOnce() {
    TestGateway server = gateway(1, (channel, index, frame) -> channel.refuse(UNKNOWN_STREAM));
    SluiceDevice sender = started(device(server.port()));

    SluiceException refused =
        catchThrowableOfType(
            SluiceException.class, () -> sender.sendFrames(frames(3)).blockLast(BOUND));

    assertThat(refused.code()).isEqualTo("STREAM_UNKNOWN");
    assertThat(refused.status()).isEqualTo(404);
    assertThat(refused.detail()).isEqualTo("There is no stream readings; declare it.");
    assertThat(sender.isDisposed()).isTrue();
    assertThatThrownBy(() -> sender.offer(event(1))).isSameAs(refused);
    assertThatThrownBy(() -> sender.send(events(0, 1)).blockLast(BOUND)).isSameAs(refused);
    assertThat(server.connections()).isEqualTo(1);
    assertThat(sender.counters().failed()).isEqualTo(3);
  }

  @Test
  void faultOfTheGatewayIsOnlyALostConnection() {
    TestGateway server =
        gateway(
            1,
            (channel, index, frame) -> {
              if (isFirst(channel)) {
                channel.refuse("{\"code\":\"UNAVAILABLE\",\"status\":503,\"detail\":\"starting\"}");
              } else {
                channel.stored(index, frame);
              }
            });
    SluiceDevice sender = started(device(server.port()));

    assertThat(sender.sendFrames(frames(1)).blockLast(BOUND)).isNotNull();
    assertThat(server.channels()).hasSize(2);
  }

  @Test
  void refusedConnectionIsTriedAgainUntilTheGatewayIsThere() throws IOException {
    int port = freePort();
    SluiceDevice sender = started(device(port));
    List<FrameAck> acks = new CopyOnWriteArrayList<>();
    sender.sendFrames(frames(3)).subscribe(acks::add);
    assertThat(sender.isConnected()).isFalse();

    gateway = TestGateway.startOn(port, 1, TestGateway.STORES_ALL);

    await().atMost(BOUND).until(() -> acks.size() == 3);
    assertThat(sender.isConnected()).isTrue();
  }

  @Test
  void noConnectionForTooLongEndsTheDevice() throws IOException {
    int port = freePort();
    SluiceDevice sender = started(device(port).giveUpAfter(Duration.ofMillis(100)));

    assertThatThrownBy(() -> sender.sendFrames(frames(1)).blockLast(BOUND))
        .isInstanceOfSatisfying(
            SluiceException.class,
            e -> {
              assertThat(e.code()).isEqualTo("CLIENT_UNREACHABLE");
              assertThat(e.detail()).contains("127.0.0.1:" + port);
            });
  }

  @Test
  void whoIsRefusedForNowComesAgainAndSaysWhy() {
    TestGateway server = TestGateway.refusingFirst(3, QUOTA_EXCEEDED);
    gateway = server;
    List<SluiceException> told = new CopyOnWriteArrayList<>();
    SluiceDevice sender = started(device(server.port()).onRetry(told::add));

    assertThat(sender.sendFrames(frames(3)).collectList().block(BOUND)).hasSize(3);
    assertThat(told).extracting(SluiceException::code).containsOnly("QUOTA_EXCEEDED").hasSize(3);
    assertThat(told.get(0).detail()).isEqualTo("your quota of connections is 2");
    assertThat(server.connections()).isEqualTo(4);
  }

  @Test
  void closingIsNoLostConnection() {
    TestGateway server = gateway(1, (channel, index, frame) -> {});
    List<SluiceException> told = new CopyOnWriteArrayList<>();
    SluiceDevice sender = started(device(server.port()).onRetry(told::add));
    AtomicBoolean left = new AtomicBoolean();
    // Called while the device closes, when it has told the gateway already.
    sender
        .sendFrames(frames(1))
        .subscribe(
            ack -> {},
            closed -> {
              server.lastChannel().whenLeft().block(BOUND);
              left.set(true);
            });
    await().atMost(BOUND).until(() -> server.frames().size() == 1);

    sender.dispose();

    assertThat(left).isTrue();
    assertThat(told).isEmpty();
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void whoIsRefusedForNowForTooLongEndsWithTheReason() {
    gateway = TestGateway.refusingFirst(Long.MAX_VALUE, QUOTA_EXCEEDED);
    SluiceDevice sender = started(device(gateway.port()).giveUpAfter(Duration.ofMillis(100)));

    SluiceException refused =
        catchThrowableOfType(
            SluiceException.class, () -> sender.sendFrames(frames(1)).blockLast(BOUND));

    assertThat(refused.code()).isEqualTo("QUOTA_EXCEEDED");
  }

  @Test
  void whoIsRefusedOnAConnectionForTooLongEndsWithTheReason() {
    TestGateway server = gateway(1, (channel, index, frame) -> channel.refuse(QUOTA_EXCEEDED));
    SluiceDevice sender = started(device(server.port()).giveUpAfter(Duration.ofMillis(100)));

    SluiceException refused =
        catchThrowableOfType(
            SluiceException.class, () -> sender.sendFrames(frames(1)).blockLast(BOUND));

    assertThat(refused.code()).isEqualTo("QUOTA_EXCEEDED");
  }

  /** A load balancer without a gateway, say, or a port that speaks something else. */
  @Test
  void portThatConnectsAndIsNoGatewayIsGivenUpToo() {
    DisposableServer port =
        TcpServer.create()
            .host("127.0.0.1")
            .port(0)
            .doOnConnection(connection -> connection.channel().close())
            .bindNow();
    try {
      SluiceDevice sender = started(device(port.port()).giveUpAfter(Duration.ofMillis(100)));

      assertThatThrownBy(() -> sender.sendFrames(frames(1)).blockLast(BOUND))
          .isInstanceOfSatisfying(
              SluiceException.class,
              e -> {
                assertThat(e.code()).isEqualTo("CLIENT_UNREACHABLE");
                assertThat(e.detail()).doesNotContain("null").contains("RSocket port");
              });
    } finally {
      port.disposeNow();
    }
  }

  @Test
  void timeWithoutAConnectionBeginsWhenItIsLost() {
    TestGateway server = gateway(1, TestGateway.STORES_ALL);
    VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    SluiceDevice sender =
        started(device(server.port()).scheduler(clock).giveUpAfter(Duration.ofSeconds(10)));
    assertThat(sender.sendFrames(frames(1)).blockLast(BOUND)).isNotNull();
    clock.advanceTimeBy(Duration.ofHours(1));

    server.lastChannel().drop();

    await()
        .atMost(BOUND)
        .until(
            () -> {
              clock.advanceTimeBy(Duration.ofMillis(100));
              return server.connections() == 2 || sender.isDisposed();
            });
    assertThat(sender.failure()).isNull();
  }

  /** Whatever goes wrong on the way, each event gets one ack, and none is lost. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everyEventIsAckedOnceOverABadLine(long seed) {
    Random random = new Random(seed);
    Set<Long> stored = new HashSet<>();
    TestGateway server =
        gateway(
            3,
            (channel, index, frame) -> {
              int dice;
              synchronized (stored) {
                dice = random.nextInt(20);
                if (dice != 0) {
                  stored.addAll(seqsOf(List.of(frame)));
                }
              }
              if (dice <= 1) {
                channel.drop();
              } else if (dice == 2) {
                channel.answer("{\"frame\":%d,\"retry\":true}".formatted(index));
                channel.grant(1);
              } else {
                TestGateway.STORES_ALL.onFrame(channel, index, frame);
              }
            });
    SluiceDevice sender =
        started(device(server.port()).buffer(200, 100_000).frame(7, 10_000, Duration.ofMillis(1)));

    List<EventAck> acks = sender.send(events(0, 2_000)).collectList().block(BOUND);

    assertThat(acks)
        .extracting(EventAck::event)
        .containsExactlyInAnyOrderElementsOf(seqs(0, 2_000));
    assertThat(stored).containsExactlyInAnyOrderElementsOf(seqs(0, 2_000));
    DeviceCounters counters = sender.counters();
    assertThat(counters.taken()).isEqualTo(counters.acked()).isEqualTo(2_000);
    assertThat(counters.buffered()).isZero();
  }

  private boolean isFirst(TestGateway.Channel channel) {
    return gateway != null && channel == gateway.channels().get(0);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
