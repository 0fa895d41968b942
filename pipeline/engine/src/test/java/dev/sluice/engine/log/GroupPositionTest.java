package dev.sluice.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GroupPositionTest {

  @Test
  void whatIsCommittedIsReadAsItWas() {
    GroupPosition position = new GroupPosition(42, -17, new Fates(1, 2, 3, 4, 5, Long.MAX_VALUE));
    assertThat(position.metadata()).isEqualTo("sluice/1 -17 1 2 3 4 5 9223372036854775807");
    assertThat(GroupPosition.of(42, position.metadata())).isEqualTo(position);
  }

  @Test
  void aPartitionWithoutAWatermarkHasNoneAfterwards() {
    GroupPosition position = new GroupPosition(0, Long.MIN_VALUE, Fates.NONE);
    assertThat(GroupPosition.of(0, position.metadata())).isEqualTo(position);
  }

  @Test
  void anOffsetThatSomebodyElseHasSetHasNoWatermark() {
    GroupPosition unknown = new GroupPosition(7, Long.MIN_VALUE, Fates.NONE);
    assertThat(GroupPosition.of(7, "")).isEqualTo(unknown);
    assertThat(GroupPosition.of(7, null)).isEqualTo(unknown);
    assertThat(GroupPosition.of(7, "sluice/1 1 2 3")).isEqualTo(unknown);
  }
}
