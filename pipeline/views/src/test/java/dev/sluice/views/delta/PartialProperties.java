package dev.sluice.views.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PartialProperties {

  @Property(tries = 200)
  void aDeltaIsReadAsItWasWritten(
      @ForAll long generation,
      @ForAll byte[] group,
      @ForAll long start,
      @ForAll long end,
      @ForAll byte[] state) {
    Delta delta = new Delta(generation, group, start, end, state);
    assertThat(Partial.read(delta.key(), delta.value()))
        .usingRecursiveComparison()
        .isEqualTo(delta);
  }

  @Property(tries = 200)
  void watermarksAreReadAsTheyWereWritten(
      @ForAll long generation,
      @ForAll @Size(max = 20) Map<@IntRange(max = 99) Integer, Long> watermarks) {
    Watermarks told = new Watermarks(generation, 100, watermarks);
    assertThat(Partial.read(told.key(), told.value())).isEqualTo(told);
  }

  @Property(tries = 500)
  void whateverIsNoPartialIsSaidToBeNone(@ForAll byte[] key, @ForAll byte[] value) {
    Throwable failure = catchThrowable(() -> Partial.read(key, value));
    if (failure != null) {
      assertThat(failure).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Property(tries = 200)
  void whatIsCutOffOfWatermarksIsNotRead(@ForAll @IntRange(min = 1, max = 27) int cut) {
    Watermarks told = new Watermarks(7, 2, Map.of(0, 1L, 1, 2L));
    byte[] value = told.value();
    byte[] rest = Arrays.copyOf(value, value.length - cut);
    Throwable failure = catchThrowable(() -> Partial.read(told.key(), rest));
    // Whole entries may go: those are fewer watermarks.
    if (cut % 12 != 0) {
      assertThat(failure).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
