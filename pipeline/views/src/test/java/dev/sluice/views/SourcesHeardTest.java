package dev.sluice.views;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.EventLog.PartitionExtent;
import dev.sluice.engine.log.Fates;
import dev.sluice.engine.log.GroupPosition;
import dev.sluice.engine.log.GroupState;
import dev.sluice.engine.silence.Heard;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourcesHeardTest {
  private static final CatalogStream STREAM =
      new CatalogStream(
          new StreamDefinition(
              "heard",
              List.of(new Field("k", FieldType.STRING, false)),
              new Identity(null, null, Duration.ZERO),
              new EventTime(
                  null, false, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1), null, null),
              new Storage(3, Duration.ofDays(1)),
              StreamDefinition.UnknownFields.REJECT),
          1,
          1,
          Instant.EPOCH);

  @Test
  void nothingIsSaidOfAPartitionThatIsNotReadToItsEnd() {
    Fates fates = new Fates(0, 0, 0, 0, 0, 5);
    GroupState committed =
        new GroupState(
            1, Map.of(0, new GroupPosition(5, 100, fates), 1, new GroupPosition(4, 200, fates)));

    Heard heard =
        SourcesHeard.hear(
            STREAM,
            List.of(5L, 5L, 7L),
            SourcesHeard.begun(
                committed, List.of(extent(0, 0, 5), extent(1, 0, 5), extent(2, 7, 7))));

    assertThat(heard.watermarks()).containsExactly(100, Long.MAX_VALUE, Long.MIN_VALUE);
    assertThat(heard.events()).isEqualTo(10);
  }

  private static PartitionExtent extent(int partition, long begin, long end) {
    return new PartitionExtent(partition, begin, end, 0);
  }
}
