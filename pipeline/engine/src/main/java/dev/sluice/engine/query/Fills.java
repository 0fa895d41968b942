package dev.sluice.engine.query;

import dev.sluice.engine.plan.Fill;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.plan.Window;
import dev.sluice.engine.query.QueryRequest.Filling;
import dev.sluice.model.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads {@code fill} and {@code fill-for}. */
final class Fills {
  private static final int WINDOWS = 10;

  private Fills() {}

  /**
   * @return null if silent groups have no row
   * @throws ProblemException QUERY_PARAMETER
   */
  static @Nullable Fill of(Filling asked, QueryPlan plan, List<String> names) {
    String fill = asked.fill();
    if (fill == null) {
      if (asked.fillFor() != null) {
        throw TimeBound.invalid("fill-for", "fill-for needs fill: say null, previous or zero");
      }
      return null;
    }
    Fill.Mode mode =
        switch (fill) {
          case "null" -> Fill.Mode.NULL;
          case "previous" -> Fill.Mode.PREVIOUS;
          case "zero" -> Fill.Mode.ZERO;
          default ->
              throw TimeBound.invalid(
                  "fill", "fill must be null, previous or zero: was \"" + fill + "\"");
        };
    Window window = plan.window();
    if (window == null || window instanceof Session) {
      throw TimeBound.invalid(
          "fill",
          "fill gives silent groups a row in each window, and this query has "
              + (window == null ? "no windows" : "sessions, which end with silence")
              + ": GROUP BY TUMBLE or HOP, or leave fill out");
    }
    if (plan.inner() != null) {
      throw TimeBound.invalid(
          "fill", "fill is for windows of events, and this query's are of windows: leave fill out");
    }
    if (names.stream().anyMatch(name -> name.toLowerCase(Locale.ROOT).equals(RowEncoder.FILLED))) {
      throw TimeBound.invalid(
          "fill",
          RowEncoder.FILLED
              + " is the name of the member that marks filled rows: call the column something else");
    }
    return new Fill(mode, windows(asked.fillFor(), window));
  }

  private static long windows(@Nullable String text, Window window) {
    if (text == null) {
      return WINDOWS;
    }
    long windows = text.matches("\\d{1,9}") ? Long.parseLong(text) : slides(text, window);
    if (windows < 1 || windows > Fill.MOST) {
      throw invalid(text);
    }
    return windows;
  }

  private static long slides(String text, Window window) {
    Duration span = TimeBound.spanOrNull(text);
    if (span == null) {
      throw invalid(text);
    }
    return span.toMillis() / window.slide();
  }

  private static ProblemException invalid(String text) {
    return TimeBound.invalid(
        "fill-for",
        "fill-for must be 1 to "
            + Fill.MOST
            + " windows, as a number of them or a duration (10, 5m): was \""
            + text
            + "\"");
  }
}
