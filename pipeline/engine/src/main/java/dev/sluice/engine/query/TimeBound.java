package dev.sluice.engine.query;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code from}, {@code to} and {@code every}. */
public final class TimeBound {
  private static final Pattern SHORT = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private TimeBound() {}

  /**
   * An event time.
   *
   * @return ms of the epoch
   * @throws ProblemException QUERY_PARAMETER
   */
  public static long instant(String parameter, String text, Instant now) {
    try {
      if (text.equals("now")) {
        return now.toEpochMilli();
      }
      if (text.startsWith("-")) {
        return now.minus(span(text.substring(1))).toEpochMilli();
      }
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw invalid(
          parameter,
          parameter
              + " must be an ISO instant (2026-11-20T12:00:00Z), a duration back from now (-15m, -PT15M), now"
              + (parameter.equals("from") ? " or earliest" : "")
              + ": was \""
              + text
              + "\"");
    }
  }

  /** Whether a bound means another time whenever it is asked. */
  static boolean isRelative(@Nullable String text) {
    return text != null && (text.equals("now") || text.startsWith("-"));
  }

  /**
   * How often early rows are sent.
   *
   * @return 10 ms to 1 hour
   * @throws ProblemException QUERY_PARAMETER
   */
  static Duration every(@Nullable String text) {
    if (text == null) {
      return Duration.ofMillis(250);
    }
    Duration every = spanOrNull(text);
    if (every != null && every.toMillis() >= 10 && every.compareTo(Duration.ofHours(1)) <= 0) {
      return every;
    }
    throw invalid(
        "every", "every must be a duration of 10ms to 1h (250ms, 2s, PT2S): was \"" + text + "\"");
  }

  /** A duration ({@code 250ms}, {@code 2s}, {@code PT2S}); null if it is none. */
  static @Nullable Duration spanOrNull(String text) {
    try {
      return span(text);
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  private static Duration span(String text) {
    Matcher matcher = SHORT.matcher(text);
    if (!matcher.matches()) {
      return Duration.parse(text.toUpperCase(Locale.ROOT));
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  static ProblemException invalid(String parameter, String detail) {
    return Problem.ofField(ProblemCode.QUERY_PARAMETER, parameter, detail).toException();
  }
}
