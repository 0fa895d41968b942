package dev.sluice.engine.tail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class TailRingProperties {
  private static final int PARTITIONS = 3;

  /** Of so many events that a few fill the ring. */
  private static final int MOST_EVENTS = EventBatch.MAX_ROWS / 2;

  @Property(tries = 200)
  void aReaderGoesOnAtTheNewestPlaceWhereItMissesNothing(@ForAll Random random) {
    TailRing ring = new TailRing(EventBatch.MAX_ROWS, PARTITIONS);
    long[] ends = new long[PARTITIONS];
    ring.start(ends, new long[PARTITIONS]);
    long first = ring.next();
    List<EventBatch> published = new ArrayList<>();
    for (int i = random.nextInt(20); i > 0; i--) {
      int partition = random.nextInt(PARTITIONS);
      int size = 1 + random.nextInt(MOST_EVENTS);
      EventBatch batch = batch(partition, ends[partition], size);
      ends[partition] = batch.nextOffset();
      ring.publish(batch);
      published.add(batch);
    }
    long[] read = new long[PARTITIONS];
    for (int p = 0; p < PARTITIONS; p++) {
      read[p] = ends[p] - (long) (random.nextDouble() * Math.min(ends[p], 2 * MOST_EVENTS));
    }

    assertThat(ring.join(read)).isEqualTo(expected(ring, first, published, read));
  }

  /** From behind: until what comes before is all read; -1 if some of that has left the ring. */
  private static long expected(TailRing ring, long first, List<EventBatch> published, long[] read) {
    int number = published.size();
    while (!misses(published.subList(0, number), read).isEmpty()) {
      number--;
      if (ring.read(first + number).state() != TailRing.State.THERE) {
        return -1;
      }
    }
    return first + number;
  }

  private static List<EventBatch> misses(List<EventBatch> batches, long[] read) {
    return batches.stream().filter(batch -> batch.nextOffset() > read[batch.partition()]).toList();
  }

  private static EventBatch batch(int partition, long offset, int size) {
    return new EventBatch(
        partition,
        offset,
        offset + size,
        size,
        new Column[0],
        new EventBatch.LogColumns(
            new long[size], new long[size], new long[size], new long[size], null, null),
        0,
        new EventBatch.Undecodable(new long[0], new long[0]));
  }
}
