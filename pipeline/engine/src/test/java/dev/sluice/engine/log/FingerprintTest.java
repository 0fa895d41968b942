package dev.sluice.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  private static final int TIMES = 64;
  private static final int IDS = 128;
  private static final int KEYS = 64;

  /** Small numbers, whose sums and XORs meet all the time. */
  @Test
  void differentEventsOfMuchTheSameNumbersHaveDifferentHalves() {
    long[] high = new long[TIMES * IDS * KEYS];
    long[] low = new long[high.length];
    int n = 0;
    for (int time = 0; time < TIMES; time++) {
      for (int id = 0; id < IDS; id++) {
        byte[] value = {9, 9, (byte) (2 * id), (byte) (id >> 6), 9};
        for (int key = 0; key < KEYS; key++) {
          byte[] name = ByteBuffer.allocate(11).putLong(key).array();
          high[n] = DuplicateIndex.fingerprint(time, name, value, 2, 2);
          low[n++] = DuplicateIndex.fingerprint(~time, name, value, 2, 2);
        }
      }
    }
    assertThat(Arrays.stream(high).distinct().count()).isEqualTo(n);
    assertThat(Arrays.stream(low).distinct().count()).isEqualTo(n);
  }

  @Test
  void whatIsMovedFromTheIdToTheKeyIsAnotherEvent() {
    byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    long one = DuplicateIndex.fingerprint(0, new byte[] {9}, bytes, 0, 8);
    long other = DuplicateIndex.fingerprint(0, new byte[] {8, 9}, bytes, 0, 7);
    assertThat(one).isNotEqualTo(other);
  }
}
