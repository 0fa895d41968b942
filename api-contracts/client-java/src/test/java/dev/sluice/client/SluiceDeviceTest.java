package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

class SluiceDeviceTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final String UNKNOWN_STREAM =
      "{\"type\":\"urn:sluice:problem:stream-unknown\",\"title\":\"Unknown stream\",\"status\":404,"
          + "\"code\":\"STREAM_UNKNOWN\",\"detail\":\"There is no stream readings; declare it.\"}";

  private @Nullable TestGateway gateway;
  private @Nullable SluiceDevice device;

  @AfterEach
  void stop() {
    if (device != null) {
      device.dispose();
    }
    if (gateway != null) {
      gateway.close();
    }
  }

  @Test
  void everyEventIsAckedOnceAndReachesTheStreamsRoute() {
    TestGateway server = gateway(4, TestGateway.STORES_ALL);
    SluiceDevice sender = started(device(server.port()).frame(100, 10_000, Duration.ofMillis(1)));

    List<EventAck> acks = sender.send(events(0, 5_000)).collectList().block(BOUND);

    assertThat(acks).hasSize(5_000).allMatch(EventAck::accepted);
    assertThat(acks).extracting(EventAck::event).doesNotHaveDuplicates();
    assertThat(seqsOf(server.frames())).containsExactlyElementsOf(seqs(0, 5_000));
    assertThat(server.frames()).allMatch(frame -> frame.length() <= 10_000);
    assertThat(server.lastChannel().route()).isEqualTo("streams.readings.events");
    assertThat(server.lastChannel().mimes)
        .isEqualTo("message/x.rsocket.composite-metadata.v0 application/json");
    assertThat(sender.counters()).isEqualTo(new DeviceCounters(5_000, 5_000, 0, 5_000, 0, 0, 0, 1));
  }

  @Test
  void mapsAreSentAsJson() {
    TestGateway server = gateway(4, TestGateway.STORES_ALL);
    SluiceDevice sender = started(device(server.port()));

    sender.sendMaps(Flux.just(Map.of("device", "a\"b", "temperature", 21.5))).blockLast(BOUND);

    assertThat(server.events().get(0).get("device").asString()).isEqualTo("a\"b");
    assertThat(server.events().get(0).get("temperature").asDouble()).isEqualTo(21.5);
  }

  @Test
  void rejectionsReachTheEventTheyAreAbout() {
    TestGateway server =
        gateway(
            4,
            (channel, index, frame) ->
                channel.answer(
                    """
                    {"frame":0,"accepted":2,"rejected":[
                      {"index":1,"code":"FIELD_TYPE","field":"seq","detail":"was a string"}]}"""));
    SluiceDevice sender = started(device(server.port()).frame(3, 10_000, BOUND));

    List<EventAck> acks = sender.send(events(0, 3)).collectList().block(BOUND);

    assertThat(acks)
        .containsExactly(
            new EventAck(0, null),
            new EventAck(1, new Rejection(1, "FIELD_TYPE", "seq", "was a string")),
            new EventAck(2, null));
    assertThat(sender.counters().acked()).isEqualTo(2);
    assertThat(sender.counters().rejected()).isEqualTo(1);
  }

  @Test
  void frameRefusedAsAWholeIsAckedWithItsProblem() {
    TestGateway server =
        gateway(
            4,
            (channel, index, frame) ->
                channel.answer(
                    """
                    {"frame":0,"accepted":0,"rejected":[],"problem":{
                      "code":"FRAME_TOO_LARGE","status":413,"detail":"at most 10 events"}}"""));
    SluiceDevice sender = started(device(server.port()));

    List<FrameAck> acks = sender.sendFrames(Flux.just(frame(0, 12))).collectList().block(BOUND);

    assertThat(acks)
        .singleElement()
        .extracting(FrameAck::refused)
        .isInstanceOfSatisfying(
            SluiceException.class,
            problem -> {
              assertThat(problem.code()).isEqualTo("FRAME_TOO_LARGE");
              assertThat(problem.status()).isEqualTo(413);
            });
    assertThat(sender.counters().rejected()).isEqualTo(12);
  }

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
  void retryIsSentAgainAndAckedOnce() {
    AtomicInteger refusals = new AtomicInteger();
    TestGateway server =
        gateway(
            4,
            (channel, index, frame) -> {
              if (frame.contains("\"seq\":1}") && refusals.incrementAndGet() <= 3) {
                channel.answer(
                    "{\"frame\":%d,\"retry\":true,\"code\":\"LOG_TIMEOUT\",\"detail\":\"again\"}"
                        .formatted(index));
              } else {
                channel.stored(index, frame);
              }
              channel.grant(1);
            });
    SluiceDevice sender = started(device(server.port()));

    List<FrameAck> acks = sender.sendFrames(frames(3)).collectList().block(BOUND);

    assertThat(acks).extracting(FrameAck::frame).containsExactlyInAnyOrder(0L, 1L, 2L);
    assertThat(server.frames()).hasSize(6);
    assertThat(server.frames().stream().filter(frame -> frame.contains("\"seq\":1}")).distinct())
        .hasSize(1);
    assertThat(sender.counters().resent()).isEqualTo(3);
    assertThat(sender.counters().connections()).isEqualTo(1);
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
  void answerThatIsNoAckEndsTheDevice() {
    TestGateway server =
        gateway(1, (channel, index, frame) -> channel.answer("{\"frame\":7,\"accepted\":1}"));
    SluiceDevice sender = started(device(server.port()));

    assertThatThrownBy(() -> sender.sendFrames(frames(1)).blockLast(BOUND))
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo("CLIENT_PROTOCOL"));
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

  @Test
  void closeWaitsForTheLastAckButNotForEver() {
    TestGateway server = gateway(10, (channel, index, frame) -> {});
    SluiceDevice sender = started(device(server.port()));
    List<Throwable> ends = new CopyOnWriteArrayList<>();
    sender.sendFrames(frames(4)).subscribe(ack -> {}, ends::add);
    await().until(() -> server.frames().size() == 4);

    sender.close(Duration.ofMillis(50)).block(BOUND);

    assertThat(ends).hasSize(1);
    assertThat(((SluiceException) ends.get(0)).code()).isEqualTo("CLIENT_CLOSED");
    assertThat(sender.counters().failed()).isEqualTo(4);
    assertThat(sender.counters().buffered()).isZero();
    assertThatThrownBy(() -> sender.offer(event(1))).isInstanceOf(SluiceException.class);
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
  void failedPublisherEndsTheSendAfterTheAcksOfWhatItGave() {
    TestGateway server = gateway(10, TestGateway.STORES_ALL);
    SluiceDevice sender = started(device(server.port()));
    List<FrameAck> acks = new ArrayList<>();

    Flux<byte[]> failing = frames(3).concatWith(Flux.error(new IllegalStateException("torn")));
    assertThatThrownBy(() -> sender.sendFrames(failing).doOnNext(acks::add).blockLast(BOUND))
        .hasMessage("torn");

    assertThat(acks).hasSize(3);
    assertThat(sender.isDisposed()).isFalse();
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

  private TestGateway gateway(int initialDemand, TestGateway.Behaviour behaviour) {
    gateway = TestGateway.start(initialDemand, behaviour);
    return gateway;
  }

  private boolean isFirst(TestGateway.Channel channel) {
    return gateway != null && channel == gateway.channels().get(0);
  }

  private static SluiceDeviceBuilder device(int port) {
    return SluiceDevice.builder("127.0.0.1", port, "readings")
        .backoff(Duration.ofMillis(10), Duration.ofMillis(100));
  }

  private SluiceDevice started(SluiceDeviceBuilder builder) {
    device = builder.connect();
    return device;
  }

  private static byte[] event(long seq) {
    return "{\"device\":\"a\",\"seq\":%d}".formatted(seq).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] frame(int firstSeq, int events) {
    return IntStream.range(firstSeq, firstSeq + events)
        .mapToObj(seq -> new String(event(seq), StandardCharsets.UTF_8))
        .toList()
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Flux<byte[]> events(int first, int count) {
    return Flux.range(first, count).map(SluiceDeviceTest::event);
  }

  /** Frames of one event each. */
  private static Flux<byte[]> frames(int count) {
    return Flux.range(0, count).map(seq -> frame(seq, 1));
  }

  private static List<Long> seqs(long first, long count) {
    List<Long> seqs = new ArrayList<>();
    for (long seq = first; seq < first + count; seq++) {
      seqs.add(seq);
    }
    return seqs;
  }

  private static List<Long> seqsOf(List<String> frames) {
    return frames.stream()
        .flatMap(frame -> TestGateway.eventsOf(frame).stream())
        .map(event -> event.get("seq").asLong())
        .toList();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
