package dev.sluice.engine.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.engine.aggregate.Log.Event;
import dev.sluice.engine.plan.Aggregate.Function;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.model.stream.FieldType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the aggregates say. */
class AggregateTest {

  @ParameterizedTest
  @CsvSource({
    "1e9, 1e9, 1e9, 0",
    "0.1, 0.1, 0.1, 0",
    "1000000000.1, 1000000000.2, 1000000000.3, 0.0816496580927726",
    "-1, 0, 1, 0.816496580927726",
    "1e-9, 2e-9, 3e-9, 8.16496580927726e-10",
    "1e15, 1000000000000001, 1000000000000002, 0.816496580927726"
  })
  void deviationIsRightFarFromZeroToo(double a, double b, double c, double expected) {
    assertThat((Double) of(Function.STDDEV_POP, FieldType.DOUBLE, a, b, c))
        // a, b and c are themselves off by half an ulp
        .isCloseTo(expected, within(Math.max(Math.ulp(a), 1e-12 * expected)));
  }

  @Test
  void varianceOfLongsIsExact() {
    long far = 4_000_000_000_000_000_000L;

    assertThat(of(Function.VAR_POP, FieldType.LONG, far, far + 1, far + 2)).isEqualTo(2.0 / 3);
    assertThat(of(Function.VAR_SAMP, FieldType.LONG, -far, -far + 1, -far + 2)).isEqualTo(1.0);
    assertThat((Double) of(Function.STDDEV_SAMP, FieldType.LONG, Long.MIN_VALUE, Long.MAX_VALUE))
        .isCloseTo(0x1p64 / Math.sqrt(2), within(1e5));
  }

  @Test
  void sampleOfOneHasNoDeviation() {
    assertThat(of(Function.STDDEV_SAMP, FieldType.DOUBLE, 3.0)).isNull();
    assertThat(of(Function.VAR_SAMP, FieldType.LONG, 3L)).isNull();
    assertThat(of(Function.VAR_POP, FieldType.LONG, 3L)).isEqualTo(0.0);
    assertThat(of(Function.STDDEV_POP, FieldType.DOUBLE, (Object) null)).isNull();
  }

  @Test
  void squaresBeyondTheRangeAreAProblem() {
    assertThatThrownBy(() -> of(Function.VAR_POP, FieldType.DOUBLE, 1e200, 2e200))
        .hasMessageStartingWith("QUERY_OVERFLOW");
  }

  @Test
  void firstAndLastAreByTimeThenPartitionThenOffset() {
    List<Event> events =
        List.of(
            new Event("g", 2, 0, 7, "d"),
            new Event("g", 1, 1, 3, "c"),
            new Event("g", 1, 0, 9, "b"),
            new Event("g", 1, 0, 8, "a"),
            new Event("g", 0, 0, 1, null),
            new Event("g", 2, 1, 2, "f"),
            new Event("g", 2, 1, 1, "e"));
    Grouping grouping =
        Log.by(
            Log.aggregate(Function.FIRST_VALUE, FieldType.STRING),
            Log.aggregate(Function.LAST_VALUE, FieldType.STRING),
            Log.aggregate(Function.LISTAGG, FieldType.STRING),
            Log.aggregate(Function.ARRAY_AGG, FieldType.STRING));
    for (int i = 0; i < 20; i++) {
      List<Event> shuffled = new ArrayList<>(events);
      Collections.shuffle(shuffled, new Random(i));

      assertThat(Log.results(Log.table(grouping, FieldType.STRING, shuffled)).get("g"))
          .containsExactly("a", "f", "a; b; c; d; e; f", "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]");
    }
  }

  @Test
  void distinctValuesCountOnce() {
    assertThat(of(Function.COUNT_DISTINCT, FieldType.DOUBLE, 0.0, -0.0, 1.0, 1.0, null))
        .isEqualTo(2L);
    assertThat(of(Function.COUNT_DISTINCT, FieldType.STRING, "", "a", "a", null)).isEqualTo(2L);
    assertThat(of(Function.COUNT_DISTINCT, FieldType.LONG, 0L, 0L, 5L)).isEqualTo(2L);
    assertThat(of(Function.SUM_DISTINCT, FieldType.LONG, 5L, 5L, 7L, null)).isEqualTo(12L);
    assertThat(of(Function.AVG_DISTINCT, FieldType.LONG, 5L, 5L, 8L)).isEqualTo(6.5);
    assertThat(of(Function.SUM_DISTINCT, FieldType.DOUBLE, 0.5, 0.5, 0.25)).isEqualTo(0.75);
    assertThat(of(Function.SUM_DISTINCT, FieldType.LONG, (Object) null)).isNull();
    assertThat(of(Function.COUNT_DISTINCT, FieldType.LONG, (Object) null)).isEqualTo(0L);
  }

  @Test
  void arrayIsJsonOfEveryType() {
    assertThat(of(Function.ARRAY_AGG, FieldType.LONG, 3L, null, -1L)).isEqualTo("[3,-1]");
    assertThat(of(Function.ARRAY_AGG, FieldType.DOUBLE, 1.5, 1e20)).isEqualTo("[1.5,1.0E20]");
    assertThat(of(Function.ARRAY_AGG, FieldType.BOOLEAN, true, false)).isEqualTo("[true,false]");
    assertThat(of(Function.ARRAY_AGG, FieldType.STRING, "a\"b\n", "ü"))
        .isEqualTo("[\"a\\\"b\\n\",\"ü\"]");
    assertThat(of(Function.ARRAY_AGG, FieldType.TIMESTAMP, 1_700_000_000_123L))
        .isEqualTo("[\"2023-11-14T22:13:20.123Z\"]");
    assertThat(of(Function.ARRAY_AGG, FieldType.LONG, (Object) null)).isNull();
  }

  @Test
  void listBeyondItsBoundNamesTheSetting() {
    Object[] values = Collections.nCopies(Log.MAX_LIST + 1, "x").toArray();

    assertThatThrownBy(() -> of(Function.LISTAGG, FieldType.STRING, values))
        .hasMessageContaining("QUERY_STATE_LIMIT")
        .hasMessageContaining("more than " + Log.MAX_LIST + " values")
        .hasMessageContaining("sluice.query.max-list-values");
  }

  /** Five standard errors of 1.04 / √4096. */
  @ParameterizedTest
  @ValueSource(ints = {1, 10, 100, 1_000, 10_000, 200_000})
  void approximateCountIsWithinItsBound(int distinct) {
    Object[] values = new Object[2 * distinct];
    for (int i = 0; i < values.length; i++) {
      values[i] = "device-" + i % distinct;
    }

    assertThat((Long) of(Function.APPROX_COUNT_DISTINCT, FieldType.STRING, values))
        .isCloseTo(distinct, within(Math.round(distinct * 5 * 1.04 / 64)));
  }

  @Test
  void approximateCountTakesTheEmptyText() {
    assertThat(of(Function.APPROX_COUNT_DISTINCT, FieldType.STRING, "", "a", "")).isEqualTo(2L);
    assertThat(of(Function.APPROX_COUNT_DISTINCT, FieldType.STRING, (Object) null)).isEqualTo(0L);
  }

  /** Rank error of at most 0.54 % with 99 %; twice that is far less likely than a broken disk. */
  @ParameterizedTest
  @ValueSource(ints = {1, 9, 512, 20_000, 300_000})
  void approximatePercentileIsWithinItsBound(int count) {
    List<Object> values = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      values.add((double) i);
    }
    Collections.shuffle(values, new Random(count));
    double off = count <= QuantileSketches.SIZE ? 0 : 2 * 0.0054 * count;

    assertThat((Double) of(Function.APPROX_PERCENTILE, FieldType.DOUBLE, values.toArray()))
        .isCloseTo(Math.ceil(0.9 * count), within(off));
  }

  @Test
  void whatGrowsIsCountedInBytes() {
    Object[] texts = new Object[1_000];
    Object[] numbers = new Object[1_000];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = "a text of about thirty letters " + i;
      numbers[i] = i * 1.5;
    }

    assertThat(bytes(Function.COUNT_DISTINCT, FieldType.STRING, texts))
        .isBetween(50_000L, 200_000L);
    assertThat(bytes(Function.COUNT_DISTINCT, FieldType.DOUBLE, numbers))
        .isBetween(8_000L, 50_000L);
    assertThat(bytes(Function.ARRAY_AGG, FieldType.DOUBLE, List.of(1.0, 2.0).toArray()))
        .isBetween(500L, 5_000L);
    assertThat(bytes(Function.APPROX_COUNT_DISTINCT, FieldType.STRING, texts))
        .isBetween(4_000L, 10_000L);
    assertThat(bytes(Function.APPROX_PERCENTILE, FieldType.DOUBLE, numbers))
        .isBetween(4_000L, 20_000L);
    assertThat(bytes(Function.COUNT, FieldType.STRING, texts)).isLessThan(8_000L);
  }

  private static long bytes(Function function, FieldType type, Object[] values) {
    GroupTable table = new GroupTable(Log.by(Log.aggregate(function, type)));
    table.merge(Log.table(Log.by(Log.aggregate(function, type)), type, events(values)));
    return table.bytes();
  }

  private static @Nullable Object of(
      Function function, FieldType type, @Nullable Object... values) {
    Grouping grouping = Log.by(Log.aggregate(function, type));
    return Log.results(Log.table(grouping, type, events(values)))
        .getOrDefault("g", List.of())
        .get(0);
  }

  private static List<Event> events(@Nullable Object... values) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      events.add(new Event("g", i, 0, i, values[i]));
    }
    return events;
  }
}
