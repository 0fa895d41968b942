package dev.sluice.engine.tail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.engine.log.RandomLogs;
import dev.sluice.engine.log.RandomLogs.Shape;
import dev.sluice.engine.log.RandomLogs.Stored;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class WarmUpProperties {
  private static final int CAPACITY = 10_000;

  /** Also where the record with the greatest time is none of the stream's events. */
  @Property(tries = 400)
  void warmedUpScanGoesOnAsOneThatHasReadEverything(
      @ForAll long seed,
      @ForAll boolean historical,
      @ForAll @IntRange(max = 40) int lateness,
      @ForAll @IntRange(max = 90) int dedupe,
      @ForAll @IntRange(max = 100) int percent) {
    CatalogStream stream =
        RandomLogs.stream(historical, 1, Duration.ofSeconds(lateness), Duration.ofSeconds(dedupe));
    List<Stored> log = RandomLogs.records(stream, new Random(seed), 150, 0, Shape.WILD);
    List<Stored> before = log.subList(0, log.size() * percent / 100);
    List<Stored> after = log.subList(before.size(), log.size());
    PartitionScan whole = PartitionScan.start(stream.definition(), CAPACITY, 0, 0);
    RandomLogs.batches(stream, whole, before, List.of());

    PartitionScan warmedUp =
        Objects.requireNonNull(
            new WarmUp(
                    stream.definition(),
                    CAPACITY,
                    new RandomLogs.Reader(stream, before),
                    () -> false)
                .scans()
                .get(0));

    assertThat(warmedUp.position()).isEqualTo(whole.position());
    assertThat(warmedUp.watermark()).isEqualTo(whole.watermark());
    assertThat(RandomLogs.marks(RandomLogs.batches(stream, warmedUp, after, List.of()), 0))
        .isEqualTo(RandomLogs.marks(RandomLogs.batches(stream, whole, after, List.of()), 0));
  }
}
