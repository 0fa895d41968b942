package dev.sluice.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class StringDictionaryProperties {
  private static final int VALUES = 300;

  /**
   * Of every length about those at which the way of comparing changes, and alike but for little.
   */
  @Property(tries = 200)
  void equalBytesAndOnlyTheseHaveTheSameCode(@ForAll Random random) {
    StringDictionary dictionary = new StringDictionary();
    Map<String, Integer> codes = new HashMap<>();
    for (int i = 0; i < VALUES; i++) {
      byte[] value = new byte[random.nextInt(40)];
      for (int changes = random.nextInt(3); changes > 0 && value.length > 0; changes--) {
        value[random.nextInt(value.length)] = (byte) random.nextInt(-128, 128);
      }
      int before = random.nextInt(10);
      byte[] within = new byte[before + value.length + random.nextInt(10)];
      random.nextBytes(within);
      System.arraycopy(value, 0, within, before, value.length);

      int code = dictionary.code(within, before, value.length);

      assertThat(code).isEqualTo(codes.computeIfAbsent(Arrays.toString(value), v -> codes.size()));
      assertThat(dictionary.values()[code]).isEqualTo(value);
    }
    assertThat(dictionary.size()).isEqualTo(codes.size());
  }
}
