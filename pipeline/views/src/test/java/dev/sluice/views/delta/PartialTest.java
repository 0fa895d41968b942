package dev.sluice.views.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PartialTest {

  @Test
  void aDeltaHasTheBytesThatTheTopicIsKnownBy() {
    Delta delta = new Delta(7, new byte[] {9}, 1, 2, new byte[] {8, 8});
    assertThat(hex(delta.key())).isEqualTo("01" + "0000000000000007" + "09");
    assertThat(hex(delta.value())).isEqualTo("0000000000000001" + "0000000000000002" + "0808");
  }

  @Test
  void watermarksHaveTheBytesThatTheTopicIsKnownBy() {
    Watermarks told = new Watermarks(7, 3, Map.of(2, 5L, 0, -1L));
    assertThat(hex(told.key())).isEqualTo("02" + "0000000000000007");
    assertThat(hex(told.value()))
        .isEqualTo("00000003" + "00000000" + "ffffffffffffffff" + "00000002" + "0000000000000005");
  }

  @Test
  void aGroupIsAlwaysInTheSamePartition() {
    byte[] key = new Delta(7, "bus-17".getBytes(StandardCharsets.UTF_8), 1, 2, new byte[0]).key();
    assertThat(Partial.partition(key, 1)).isZero();
    assertThat(Partial.partition(key, 4)).isEqualTo(PARTITION_OF_BUS_17);
  }

  @Test
  void groupsAreSpreadOverThePartitions() {
    int[] groups = new int[4];
    for (int g = 0; g < 4_000; g++) {
      byte[] group = ("device-" + g).getBytes(StandardCharsets.UTF_8);
      groups[Partial.partition(new Delta(7, group, 1, 2, new byte[0]).key(), 4)]++;
    }
    for (int inPartition : groups) {
      assertThat(inPartition).isBetween(850, 1_150);
    }
  }

  @Test
  void aWatermarkOfAPartitionThatTheSourceHasNotIsRefused() {
    assertThatThrownBy(() -> new Watermarks(7, 3, Map.of(3, 1L)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a watermark of partition [3] of 3");
  }

  @Test
  void aRecordWithoutAValueIsNoPartial() {
    assertThatThrownBy(() -> Partial.read(new byte[9], null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static final int PARTITION_OF_BUS_17 = 1;

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
