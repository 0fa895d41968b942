package dev.sluice.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.gateway.ingest.FrameCredit.UnreadAcks;
import dev.sluice.gateway.quota.TestQuotas;
import dev.sluice.gateway.rsocket.RSocketDoor;
import dev.sluice.gateway.security.Caller;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.DefaultPayload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** Demand, over real connections, before a log that is held up at will. */
class IngestRSocketTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final RSocketDoor.Request REQUEST =
      new RSocketDoor.Request("streams.readings.events", "application/json", "test", Caller.ANYONE);
  private static final int BUDGET = 16 * Bed.FRAME_BYTES;
  private static final int GRANTS = 4;
  private static final int UNREAD = 8;

  private final Bed bed = new Bed(BUDGET);
  private final FrameCredit credit =
      bed.credit(8L * Bed.FRAME_BYTES, GRANTS, new UnreadAcks(1 << 20, Duration.ofSeconds(30)));
  private final IngestRSocket door =
      new IngestRSocket(
          bed.ingest,
          new FrameChannels(bed.ingest, credit, bed.threads, UNREAD, bed.presence),
          bed.budget,
          bed.threads,
          TestQuotas.none(),
          Bed.FRAME_BYTES);
  private final CloseableChannel server =
      Objects.requireNonNull(
          RSocketServer.create(
                  SocketAcceptor.forRequestChannel(
                      payloads -> door.channel(REQUEST, Flux.from(payloads))))
              .bind(TcpServerTransport.create("127.0.0.1", 0))
              .block(SOON));
  private final List<RSocket> connections = new ArrayList<>();

  @AfterEach
  void close() {
    connections.forEach(RSocket::dispose);
    server.dispose();
    bed.close();
  }

  @Test
  void acksComeInTheOrderOfTheFramesWhateverTheOrderOfTheLog() {
    Device device = new Device(Long.MAX_VALUE);
    device.sendAll(20);
    soon().until(() -> device.acks.size() == 20);
    bed.log.stall();
    device.sendAll(24);
    soon().until(() -> bed.log.heldAppends() == 4);
    while (bed.log.heldAppends() > 0) {
      bed.log.answerNewest();
    }
    soon().until(() -> device.acks.size() == 24);
    for (int i = 0; i < 24; i++) {
      assertThat(device.acks.get(i))
          .isEqualTo("{\"frame\":" + i + ",\"accepted\":1,\"rejected\":[]}");
    }
  }

  @Test
  void stalledLogRunsDevicesOutOfCreditAndNothingAckedIsLostWhenItIsBack() {
    bed.log.stall();
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      devices.add(new Device(Long.MAX_VALUE));
    }
    AtomicLong most = new AtomicLong();
    soon()
        .during(Duration.ofMillis(500))
        .until(
            () -> {
              long before = devices.stream().mapToLong(d -> d.sent).sum();
              devices.forEach(Device::sendWhatIsGranted);
              most.accumulateAndGet(bed.budget.used(), Math::max);
              return before == devices.stream().mapToLong(d -> d.sent).sum();
            });
    assertThat(most.get()).isLessThanOrEqualTo(BUDGET);
    assertThat(devices).allMatch(device -> device.sent <= UNREAD);

    bed.log.resume();
    devices.forEach(device -> device.sendAll(30));
    soon().until(() -> devices.stream().allMatch(d -> d.acks.size() == 30));
    long acked =
        devices.stream()
            .flatMap(d -> d.acks.stream())
            .filter(ack -> ack.contains("\"accepted\":1"))
            .count();
    assertThat(bed.log.records).hasSize((int) acked);
    assertThat(devices).allMatch(device -> device.failure == null);
  }

  @Test
  void nothingIsGrantedWhileAcksPileUpUnread() {
    Device device = new Device(1);
    soon()
        .during(Duration.ofMillis(300))
        .until(
            () -> {
              device.sendWhatIsGranted();
              return device.sent == 1 + UNREAD;
            });
    assertThat(device.acks).hasSize(1);
    device.readAcks(Long.MAX_VALUE);
    device.sendAll(30);
    soon().until(() -> device.acks.size() == 30);
  }

  @Test
  void deviceThatSendsBeyondItsCreditIsCutOffAndOthersAreNot() {
    Device rude = new Device(Long.MAX_VALUE);
    Device polite = new Device(Long.MAX_VALUE);
    rude.sendAll(1);
    soon().until(() -> rude.acks.size() == 1);
    bed.log.stall();
    for (int i = 0; i < 2 * UNREAD; i++) {
      rude.sendAnyway();
    }
    soon().until(() -> rude.failure != null);
    assertThat(rude.failure).hasMessageContaining("exceeds the number requested");
    bed.log.resume();
    polite.sendAll(5);
    soon().until(() -> polite.acks.size() == 5);
  }

  @Test
  void disconnectedDeviceGivesBackItsCreditAndItsFramesAreStored() {
    Device device = new Device(Long.MAX_VALUE);
    device.sendAll(20);
    soon().until(() -> device.acks.size() == 20);
    bed.log.stall();
    device.sendAll(23);
    soon().until(() -> bed.log.heldAppends() == 3);
    connections.get(0).dispose();
    bed.log.resume();
    soon().until(() -> bed.budget.used() == 0);
    assertThat(bed.log.records).hasSize(23);
  }

  @Test
  void badFramesAreAnsweredAndTheChannelServesOn() {
    Device device = new Device(Long.MAX_VALUE);
    for (String data :
        List.of("nonsense", "", "[" + " ".repeat(Bed.FRAME_BYTES) + "]", "[7]", Bed.GOOD)) {
      soon().until(() -> device.credit.get() > 0);
      device.send(data);
    }
    soon().until(() -> device.acks.size() == 5);
    assertThat(device.acks.get(0)).contains("\"FRAME_NOT_JSON\"");
    assertThat(device.acks.get(1)).contains("\"FRAME_EMPTY\"");
    assertThat(device.acks.get(2)).contains("\"FRAME_TOO_LARGE\"");
    assertThat(device.acks.get(3)).contains("\"EVENT_NOT_OBJECT\"");
    assertThat(device.acks.get(4)).isEqualTo("{\"frame\":4,\"accepted\":1,\"rejected\":[]}");
  }

  private static ConditionFactory soon() {
    return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).atMost(SOON);
  }

  /** A device that counts its credit itself, and can send without it. */
  private final class Device implements Publisher<Payload> {
    final List<String> acks = new CopyOnWriteArrayList<>();
    final AtomicLong credit = new AtomicLong();
    volatile long sent;
    volatile @Nullable Throwable failure;
    private volatile @Nullable Subscriber<? super Payload> outbound;
    private final BaseSubscriber<Payload> inbound;

    /**
     * @param acksRead how many acks are asked for at first
     */
    Device(long acksRead) {
      RSocket connection =
          Objects.requireNonNull(
              RSocketConnector.create()
                  .connect(TcpClientTransport.create(server.address()))
                  .block(SOON));
      connections.add(connection);
      inbound =
          new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
              subscription.request(acksRead);
            }

            @Override
            protected void hookOnNext(Payload ack) {
              acks.add(ack.getDataUtf8());
              ack.release();
            }

            @Override
            protected void hookOnError(Throwable error) {
              failure = error;
            }
          };
      connection.requestChannel(this).subscribe(inbound);
      // The first payload opens the channel; it is asked for by the connection itself.
      soon().until(() -> credit.get() > 0);
    }

    @Override
    public void subscribe(Subscriber<? super Payload> subscriber) {
      outbound = subscriber;
      subscriber.onSubscribe(
          new Subscription() {
            @Override
            public void request(long n) {
              credit.addAndGet(n);
            }

            @Override
            public void cancel() {}
          });
    }

    void readAcks(long n) {
      inbound.request(n);
    }

    void sendAll(long total) {
      soon()
          .until(
              () -> {
                while (sent < total && credit.get() > 0) {
                  send(Bed.GOOD);
                }
                return sent >= total;
              });
    }

    void sendWhatIsGranted() {
      while (credit.get() > 0) {
        send(Bed.GOOD);
      }
    }

    void sendAnyway() {
      send(Bed.GOOD);
    }

    void send(String data) {
      Subscriber<? super Payload> to = outbound;
      if (to == null) {
        throw new IllegalStateException("not subscribed");
      }
      credit.decrementAndGet();
      sent++;
      to.onNext(DefaultPayload.create(data.getBytes(UTF_8)));
    }
  }
}
