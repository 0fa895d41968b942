package dev.sluice.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.RandomLogs.Shape;
import dev.sluice.engine.log.RandomLogs.Stored;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.EventBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PartitionScanProperties {
  private static final int CAPACITY = 10_000;

  @Property(tries = 400)
  void resumedScanMarksAsOneFromTheBeginning(
      @ForAll long seed,
      @ForAll boolean historical,
      @ForAll @IntRange(max = 40) int lateness,
      @ForAll @IntRange(max = 90) int dedupe,
      @ForAll @IntRange(max = 100) int percent) {
    CatalogStream stream =
        RandomLogs.stream(historical, 1, Duration.ofSeconds(lateness), Duration.ofSeconds(dedupe));
    List<Stored> log = RandomLogs.records(stream, new Random(seed), 150, 0, Shape.WILD);
    int index = log.size() * percent / 100;
    PartitionScan whole = PartitionScan.start(stream.definition(), CAPACITY, 0, 0);
    RandomLogs.batches(stream, whole, log.subList(0, index), List.of());
    long offset = whole.position();
    long watermark = whole.watermark();
    List<String> rest =
        RandomLogs.marks(
            RandomLogs.batches(stream, whole, log.subList(index, log.size()), List.of()), 0);

    long warmUpFrom = offset;
    if (watermark != Long.MIN_VALUE) {
      warmUpFrom =
          log.stream()
              .filter(r -> r.timestamp() >= watermark - 1_000L * dedupe)
              .mapToLong(Stored::offset)
              .findFirst()
              .orElse(offset);
    }
    long start = Math.min(offset, warmUpFrom);
    PartitionScan resumed =
        PartitionScan.resume(stream.definition(), CAPACITY, 0, offset, watermark, start);
    List<EventBatch> batches =
        RandomLogs.batches(
            stream,
            resumed,
            log.stream().filter(r -> r.offset() >= start).toList(),
            List.of(7, 1, 13, 40));

    assertThat(RandomLogs.marks(batches, 0)).isEqualTo(rest);
    assertThat(resumed.watermark()).isEqualTo(whole.watermark());
  }

  /** The definition, word by word, in the time that it takes. */
  @Property(tries = 300)
  void marksAreWhatTheDefinitionSays(
      @ForAll long seed,
      @ForAll boolean historical,
      @ForAll @IntRange(max = 40) int lateness,
      @ForAll @IntRange(max = 90) int dedupe) {
    CatalogStream stream =
        RandomLogs.stream(historical, 1, Duration.ofSeconds(lateness), Duration.ofSeconds(dedupe));
    List<Stored> log = RandomLogs.records(stream, new Random(seed), 120, 0, Shape.WILD);
    List<EventBatch> batches =
        RandomLogs.batches(
            stream,
            PartitionScan.start(stream.definition(), CAPACITY, 0, 0),
            log,
            List.of(1, 30, 2, 64));
    long watermark = Long.MIN_VALUE;
    List<String> seen = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    List<Long> undecodable = new ArrayList<>();
    for (Stored record : log) {
      if (record.isPunctuation()) {
        watermark = Math.max(watermark, record.timestamp());
        continue;
      }
      EventBatch alone =
          RandomLogs.batch(
              new BatchDecoder(stream),
              PartitionScan.start(stream.definition(), CAPACITY, 0, record.offset()),
              List.of(record));
      if (alone.size() == 0) {
        undecodable.add(record.offset());
        continue;
      }
      long time = record.timestamp();
      String id =
          new String(record.key())
              + "/"
              + ((dev.sluice.model.event.LongColumn) alone.fields()[1]).values()[0]
              + "/"
              + time;
      boolean within = watermark == Long.MIN_VALUE || watermark <= time + 1_000L * dedupe;
      expected.add(record.offset() + " " + watermark + " " + (within && seen.contains(id)));
      seen.add(id);
      long counts = historical ? time : Math.min(time, alone.log().ingested()[0]);
      watermark = Math.max(watermark, counts - 1_000L * lateness);
    }

    assertThat(RandomLogs.marks(batches, 0)).isEqualTo(expected);
    assertThat(
            batches.stream()
                .flatMapToLong(b -> java.util.Arrays.stream(b.undecodable().offset()))
                .boxed()
                .toList())
        .isEqualTo(undecodable);
    assertThat(batches.get(batches.size() - 1).endWatermark()).isEqualTo(watermark);
  }

  @Property(tries = 100)
  void batchesAreCutWithoutGapOrOverlap(
      @ForAll long seed, @ForAll List<@IntRange(min = 1, max = 30) Integer> cuts) {
    CatalogStream stream =
        RandomLogs.stream(true, 1, Duration.ofSeconds(5), Duration.ofSeconds(30));
    List<Stored> log = RandomLogs.records(stream, new Random(seed), 120, 0, Shape.WILD);
    List<EventBatch> batches =
        RandomLogs.batches(
            stream, PartitionScan.start(stream.definition(), CAPACITY, 0, 0), log, cuts);

    long next = 0;
    for (EventBatch batch : batches) {
      assertThat(batch.firstOffset()).isEqualTo(next);
      next = batch.nextOffset();
      for (int row = 0; row < batch.size(); row++) {
        assertThat(batch.log().offset()[row]).isBetween(batch.firstOffset(), next - 1);
        assertThat(Bitmap.get(batch.fields()[0].nulls(), row)).isFalse();
      }
    }
    assertThat(next).isEqualTo(log.get(log.size() - 1).offset() + 1);
  }
}
