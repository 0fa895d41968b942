package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class SluiceDeviceTest extends DeviceTests {
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
    assertThat(sender.counters())
        .isEqualTo(new DeviceCounters(5_000, 5_000, 0, 5_000, 0, 0, 0, 0, 1));
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
  void answerThatIsNoAckEndsTheDevice() {
    TestGateway server =
        gateway(1, (channel, index, frame) -> channel.answer("{\"frame\":7,\"accepted\":1}"));
    SluiceDevice sender = started(device(server.port()));

    assertThatThrownBy(() -> sender.sendFrames(frames(1)).blockLast(BOUND))
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo("CLIENT_PROTOCOL"));
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
}
