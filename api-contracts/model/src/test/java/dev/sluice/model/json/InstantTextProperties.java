package dev.sluice.model.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** java.time is the oracle. */
class InstantTextProperties {
  private static final DateTimeFormatter STRICT =
      DateTimeFormatter.ISO_OFFSET_DATE_TIME.withResolverStyle(ResolverStyle.STRICT);
  private static final DateTimeFormatter NO_COLON =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .appendOffset("+HHmm", "Z")
          .toFormatter()
          .withResolverStyle(ResolverStyle.STRICT);
  private static final DateTimeFormatter HOURS =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .appendOffset("+HH", "Z")
          .toFormatter()
          .withResolverStyle(ResolverStyle.STRICT);

  @Property
  void readsWhatJavaTimeWrites(
      @ForAll @LongRange(min = InstantText.LEAST + 64_800_000, max = InstantText.MOST - 64_800_000)
          long time,
      @ForAll @IntRange(max = 999_999) int nanos,
      @ForAll("offsets") ZoneOffset offset) {
    OffsetDateTime moment = Instant.ofEpochMilli(time).plusNanos(nanos).atOffset(offset);
    assertThat(parse(moment.toString())).isEqualTo(time);
    assertThat(parse(STRICT.format(moment).toLowerCase(java.util.Locale.ROOT))).isEqualTo(time);
  }

  @Property(tries = 5_000)
  void takesOfAlmostInstantsWhatJavaTimeTakes(@ForAll("almostInstants") String text) {
    assertThat(parse(text)).as(text).isEqualTo(oracle(text));
  }

  @Example
  void refusesLeapSecondsMidnightAt24AndOtherYears() {
    for (String bad :
        List.of(
            "2016-12-31T23:59:60Z",
            "2016-12-31T24:00:00Z",
            "+12016-12-31T23:59:59Z",
            "-0001-12-31T23:59:59Z",
            "0000-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01")) {
      assertThat(parse(bad)).as(bad).isEqualTo(InstantText.NONE);
    }
  }

  @Provide
  Arbitrary<ZoneOffset> offsets() {
    return Arbitraries.integers().between(-64_800, 64_800).map(ZoneOffset::ofTotalSeconds);
  }

  /** Instants, one or two characters of which are another one, gone, or there twice. */
  @Provide
  Arbitrary<String> almostInstants() {
    Arbitrary<String> instants =
        Arbitraries.of(
            "2024-02-29T12:34:56.789Z",
            "1900-02-28T23:59:59+01:00",
            "0000-01-01T00:00Z",
            "9999-12-31T23:59:59.999999999-18:00",
            "2026-11-20T12:00:00.5+0530",
            "2026-10-31T09:08:07+02",
            "2000-02-29t00:00:00.123456z",
            "2026-04-30T12:00:00+01:02:03");
    Arbitrary<Integer> places = Arbitraries.integers().between(0, 30);
    Arbitrary<Character> characters = Arbitraries.of("0123456789:.+-TZ \u00e9".toCharArray());
    return Combinators.combine(instants, places, characters, Arbitraries.integers().between(0, 3))
        .as(
            (text, at, c, how) -> {
              int i = Math.min(at, text.length() - 1);
              return switch (how) {
                case 0 -> text.substring(0, i) + c + text.substring(i + 1);
                case 1 -> text.substring(0, i) + c + text.substring(i);
                case 2 -> text.substring(0, i) + text.substring(i + 1);
                default -> text.substring(0, i);
              };
            });
  }

  private static long oracle(String text) {
    if (text.matches("[^T]*T24.*")) {
      return InstantText.NONE;
    }
    for (DateTimeFormatter format : List.of(STRICT, NO_COLON, HOURS)) {
      try {
        Instant instant = format.parse(text, Instant::from);
        long time = instant.toEpochMilli();
        return text.matches("\\d{4}-.*") && time >= InstantText.LEAST && time <= InstantText.MOST
            ? time
            : InstantText.NONE;
      } catch (DateTimeParseException otherForm) {
        // The next format may take it.
      }
    }
    return InstantText.NONE;
  }

  private static long parse(String text) {
    byte[] bytes = ("\"" + text + "\"").getBytes(ISO_8859_1);
    return InstantText.parse(bytes, 1, bytes.length - 1);
  }
}
