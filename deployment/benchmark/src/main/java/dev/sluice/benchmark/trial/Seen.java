package dev.sluice.benchmark.trial;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * How far everything is, as seen from outside.
 *
 * @param reading of the stream: done is what every view has read
 * @param merging of what the views hand on
 * @param writing of the views' topics into their tables
 * @param settled whether no transaction is open in these topics
 */
record Seen(Stage reading, Stage merging, Stage writing, boolean settled) {
  static final Seen NOTHING = new Seen(Stage.NONE, Stage.NONE, Stage.NONE, false);

  /**
   * What there is for a stage to do.
   *
   * @param ends of what is committed, by partition
   * @param done up to which offset it is done
   */
  record Stage(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> done) {
    private static final Stage NONE = new Stage(Map.of(), Map.of());

    Stage {
      ends = Map.copyOf(ends);
      done = Map.copyOf(done);
    }

    /** Records that are not done. */
    long lag() {
      return ends.entrySet().stream()
          .mapToLong(end -> end.getValue() - done.getOrDefault(end.getKey(), 0L))
          .sum();
    }

    /** Whether all is done that is before places. */
    boolean isPast(Map<TopicPartition, Long> places) {
      // A partition's end may be behind the mark of a transaction, which nobody reads.
      return places.entrySet().stream()
          .allMatch(place -> done.getOrDefault(place.getKey(), 0L) >= place.getValue() - 1);
    }
  }
}
