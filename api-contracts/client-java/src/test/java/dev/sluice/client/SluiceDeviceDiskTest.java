package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.client.DiskBuffer.Fsync;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device whose buffer is on a disk. */
class SluiceDeviceDiskTest extends DeviceTests {
  private static final TestGateway.Behaviour SILENT = (channel, index, frame) -> {};

  @TempDir private Path directory;

  private SluiceDeviceBuilder onDisk(int port) {
    return device(port).disk(new DiskBuffer(directory, 64 * 1024, Fsync.NEVER));
  }

  private static void offer(SluiceDevice device, int first, int count) {
    for (int seq = first; seq < first + count; seq++) {
      assertThat(device.offer(event(seq))).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Fsync.class)
  void whatWasNotAckedIsSentByWhoeverComesNext(Fsync fsync) {
    TestGateway silent = gateway(1, SILENT);
    DiskBuffer disk = new DiskBuffer(directory, 1024 * 1024, fsync);
    SluiceDevice first =
        started(device(silent.port()).disk(disk).buffer(50, 4_000).frame(10, 4_000, Duration.ZERO));
    offer(first, 0, 500);
    await().until(() -> silent.frames().size() == 1);
    silent.lastChannel().stored(0, silent.frames().get(0));
    await().until(() -> first.counters().acked() > 0);
    long acked = first.counters().acked();
    await().until(() -> first.counters().buffered() == 500 - acked);
    first.close(Duration.ZERO).block(BOUND);
    assertThat(first.counters().failed()).isZero();
    silent.close();

    TestGateway server = gateway(4, TestGateway.STORES_ALL);
    SluiceDevice second = started(device(server.port()).disk(disk));
    assertThat(second.position()).isEqualTo(500);
    offer(second, 500, 20);
    second.close(BOUND).block(BOUND);

    List<Long> came = seqsOf(server.frames());
    // The ack may have come too late to be noted.
    assertThat(came).isEqualTo(seqs(came.get(0), 520 - came.get(0)));
    assertThat(came.get(0)).isIn(0L, acked);
    assertThat(second.counters().buffered()).isZero();
    assertThat(second.counters().acked()).isEqualTo(came.size());
  }

  @Test
  void moreThanMemoryHoldsWaitsOnTheDiskInOrder() {
    TestGateway server = gateway(1, SILENT);
    SluiceDevice sender =
        started(onDisk(server.port()).buffer(20, 2_000).frame(5, 2_000, Duration.ZERO));
    List<EventAck> acks = new CopyOnWriteArrayList<>();
    sender.send(events(0, 800)).subscribe(acks::add);
    await().until(() -> sender.counters().taken() == 800);
    assertThat(acks).isEmpty();

    server.close();
    gateway = TestGateway.startOn(server.port(), 4, TestGateway.STORES_ALL);
    await().atMost(BOUND).until(() -> acks.size() == 800);

    assertThat(acks).extracting(EventAck::event).doesNotHaveDuplicates().contains(0L, 799L);
    assertThat(seqsOf(gateway.frames())).isEqualTo(seqs(0, 800));
    assertThat(sender.counters().acked()).isEqualTo(800);
    assertThat(sender.counters().buffered()).isZero();
  }

  @Test
  void rejectionsReachTheEventTheyAreAboutFromTheDiskToo() {
    TestGateway server =
        gateway(
            4,
            (channel, index, frame) -> {
              channel.answer(
                  """
                  {"frame":%d,"accepted":4,"rejected":[
                    {"index":1,"code":"FIELD_TYPE","field":"seq","detail":"was a string"}]}"""
                      .formatted(index));
              channel.grant(1);
            });
    SluiceDevice sender =
        started(onDisk(server.port()).buffer(10, 1_000).frame(5, 1_000, Duration.ofSeconds(10)));

    List<EventAck> acks = sender.send(events(0, 100)).collectList().block(BOUND);

    assertThat(acks)
        .filteredOn(ack -> !ack.accepted())
        .extracting(EventAck::event)
        .containsExactlyInAnyOrderElementsOf(
            seqs(0, 100).stream().filter(seq -> seq % 5 == 1).toList());
  }

  @Test
  void fullDiskTurnsOffersAwayAndStopsThePublisher() {
    TestGateway server = gateway(0, SILENT);
    SluiceDevice sender = started(onDisk(server.port()));
    AtomicLong produced = new AtomicLong();
    sender
        .send(events(0, 100_000).doOnNext(event -> produced.incrementAndGet()))
        .subscribe(ack -> {}, failure -> {});

    await().until(() -> produced.get() > sender.counters().taken());
    assertThat(sender.counters().taken()).isEqualTo(produced.get() - 1).isBetween(500L, 3_000L);
    assertThat(sender.offer(event(1))).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void oldestAreDroppedWhereThatIsWanted(Place place) {
    TestGateway server = gateway(1, SILENT);
    SluiceDeviceBuilder builder =
        place == Place.DISK ? onDisk(server.port()) : device(server.port());
    SluiceDevice sender =
        started(
            builder
                .whenFull(WhenFull.DROP_OLDEST)
                .buffer(20, 2_000)
                .frame(5, 2_000, Duration.ZERO));
    offer(sender, 0, 1);
    await().until(() -> server.frames().size() == 1);

    offer(sender, 1, 20_000);

    assertThatThrownBy(() -> sender.send(events(0, 1)).blockLast(BOUND))
        .hasMessageContaining("offer");
    DeviceCounters full = sender.counters();
    assertThat(full.dropped()).isPositive();
    assertThat(full.taken()).isEqualTo(20_001).isEqualTo(full.dropped() + full.buffered());
    server.close();
    gateway = TestGateway.startOn(server.port(), 4, TestGateway.STORES_ALL);
    sender.close(BOUND).block(BOUND);
    List<Long> came = seqsOf(gateway.frames());
    assertThat(came).isSorted().doesNotHaveDuplicates().contains(0L, 20_000L);
    assertThat(came).hasSize((int) full.buffered());
  }

  private enum Place {
    MEMORY,
    DISK
  }

  @Test
  void framesOfTheCallersMakingSurviveAsTheyWere() {
    TestGateway silent = gateway(0, SILENT);
    SluiceDevice first = started(onDisk(silent.port()));
    first.sendFrames(frames(30)).subscribe(ack -> {}, failure -> {});
    await().until(() -> first.counters().taken() == 30);
    first.dispose();
    silent.close();

    TestGateway server = gateway(4, TestGateway.STORES_ALL);
    SluiceDevice second = started(onDisk(server.port()));
    await().atMost(BOUND).until(() -> second.counters().acked() == 30);
    assertThat(server.frames()).isEqualTo(frames(30).map(String::new).collectList().block(BOUND));
  }

  @Test
  void directoryIsOneDevices() {
    TestGateway server = gateway(1, TestGateway.STORES_ALL);
    started(onDisk(server.port()));
    assertThatThrownBy(() -> onDisk(server.port()).connect())
        .isInstanceOfSatisfying(
            SluiceException.class,
            e -> {
              assertThat(e.code()).isEqualTo("CLIENT_BUFFER_IN_USE");
              assertThat(e.detail()).contains(directory.toString());
            });
  }

  /** POSIX gives up a process's locks on a file when it closes any of its handles. */
  @Test
  void directoryStaysOneDevicesThoughAnotherOfItsProcessAskedForIt() throws Exception {
    TestGateway server = gateway(1, TestGateway.STORES_ALL);
    started(onDisk(server.port()));
    assertThatThrownBy(() -> onDisk(server.port()).connect()).hasMessageContaining("directory");

    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Opening.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .start();

    assertThat(new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("CLIENT_BUFFER_IN_USE");
  }

  /** Another process that opens a buffer. */
  static final class Opening {
    public static void main(String[] directory) throws IOException {
      Segments.open(new DiskBuffer(Path.of(directory[0]), 64 * 1024, Fsync.NEVER)).close();
    }
  }

  @Test
  void interruptedThreadHandsOverWithoutHarm() {
    TestGateway server = gateway(4, TestGateway.STORES_ALL);
    SluiceDevice sender = started(onDisk(server.port()));
    Thread.currentThread().interrupt();
    try {
      offer(sender, 0, 1);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    offer(sender, 1, 1);
    await().atMost(BOUND).until(() -> sender.counters().acked() == 2);
    assertThat(seqsOf(server.frames())).isEqualTo(seqs(0, 2));
  }

  @Test
  void whatIsAckedBeforeTheCloseIsNotSentAgain() {
    TestGateway server = gateway(4, TestGateway.STORES_ALL);
    for (int round = 0; round < 30; round++) {
      SluiceDevice sender = started(onDisk(server.port()));
      offer(sender, round, 1);
      sender.close(BOUND).block(BOUND);
    }
    assertThat(seqsOf(server.frames())).isEqualTo(seqs(0, 30));
  }

  @Test
  void eventsAreNumberedOnceWhateverBecomesOfThem() {
    TestGateway silent = gateway(1, SILENT);
    SluiceDevice first = started(onDisk(silent.port()).numberedBy("id"));
    assertThat(first.offer("{}".getBytes(StandardCharsets.UTF_8))).isTrue();
    offer(first, 1, 9);
    await().until(() -> silent.frames().size() == 1);
    long id = TestGateway.eventsOf(silent.frames().get(0)).get(0).get("id").asLong();
    first.dispose();
    silent.close();

    TestGateway server = gateway(4, TestGateway.STORES_ALL);
    SluiceDevice second = started(onDisk(server.port()).numberedBy("id"));
    offer(second, 10, 1);
    second.close(BOUND).block(BOUND);

    List<Long> ids = server.events().stream().map(event -> event.get("id").asLong()).toList();
    assertThat(ids.subList(0, 10)).isEqualTo(seqs(id, 10));
    assertThat(ids.get(10)).isGreaterThan(id + 9);
    assertThat(server.events().get(9).get("seq").asLong()).isEqualTo(9);
  }
}
