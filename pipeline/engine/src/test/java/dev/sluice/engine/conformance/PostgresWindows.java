package dev.sluice.engine.conformance;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says a query of Sluice's with one window in its GROUP BY, or a UNION ALL of such, in PostgreSQL's
 * words: the relation knows each event's windows.
 */
final class PostgresWindows {
  private static final String INTERVAL = "(INTERVAL '[^']*' [A-Z]+(?: TO [A-Z]+)?)";
  private static final String OFFSET = "(?:, (TIME '[^']*'))?";
  private static final String EPOCH = "TIMESTAMP '1970-01-01'";
  private static final Pattern TUMBLE =
      Pattern.compile("TUMBLE\\((\\w+), " + INTERVAL + OFFSET + "\\)");
  private static final Pattern HOP =
      Pattern.compile("HOP\\((\\w+), " + INTERVAL + ", " + INTERVAL + OFFSET + "\\)");
  private static final Pattern SESSION =
      Pattern.compile(
          "SESSION\\((\\w+), " + INTERVAL + "\\)((?:, .*?)?)(?=\\s+HAVING\\b|\\s*$)",
          Pattern.DOTALL);
  private static final Pattern FROM = Pattern.compile("FROM\\s+(\\w+)");
  private static final String UNION = " UNION ALL ";
  private static final String EDGES = "window_start, window_end";

  private PostgresWindows() {}

  static String postgres(String sql) {
    return Stream.of(sql.split(UNION))
        .map(PostgresWindows::side)
        .collect(Collectors.joining(UNION));
  }

  private static String side(String sql) {
    Matcher window = TUMBLE.matcher(sql);
    if (window.find()) {
      return windowed(
          sql, window, hops(window.group(1), window.group(2), window.group(2), window.group(3)));
    }
    window = HOP.matcher(sql);
    if (window.find()) {
      return windowed(
          sql, window, hops(window.group(1), window.group(2), window.group(3), window.group(4)));
    }
    window = SESSION.matcher(sql);
    if (window.find()) {
      String relation = sessions(sql, window.group(1), window.group(2), window.group(3));
      String grouped = window.replaceFirst(Matcher.quoteReplacement(EDGES + window.group(3)));
      return from(grouped.replaceFirst("\\bWHERE\\b.*?(?=GROUP BY)", ""), relation);
    }
    return sql;
  }

  private static String windowed(String sql, Matcher window, String placed) {
    return from(
        window.replaceFirst(EDGES),
        "SELECT events.*, window_start, window_start + size AS window_end FROM %s AS events, "
            + placed);
  }

  /** The starts of an event's windows. */
  private static String hops(String time, String slide, String size, @Nullable String offset) {
    String origin = EPOCH + (offset == null ? "" : " + " + offset);
    return "LATERAL (SELECT %3$s AS size, starts AS window_start FROM generate_series(date_bin(%2$s, %1$s, %4$s), %1$s - %3$s + INTERVAL '0.001' SECOND, -(%2$s)) AS starts) AS windows"
        .formatted(time, slide, size, origin);
  }

  /** What passes the filter, with the edges of its session. */
  private static String sessions(String sql, String time, String gap, String keys) {
    Matcher filter = Pattern.compile("\\bWHERE\\b.*?(?=GROUP BY)", Pattern.DOTALL).matcher(sql);
    String by = "PARTITION BY TRUE" + keys;
    return "SELECT numbered.*, min(%1$s) OVER (%3$s, nr) AS window_start, max(%1$s) OVER (%3$s, nr) + %2$s AS window_end FROM (SELECT marked.*, sum(begins) OVER (%3$s ORDER BY %1$s) AS nr FROM (SELECT *, CASE WHEN %1$s - lag(%1$s) OVER (%3$s ORDER BY %1$s) < %2$s THEN 0 ELSE 1 END AS begins FROM %%s %4$s) AS marked) AS numbered"
        .formatted(time, gap, by, filter.find() ? filter.group() : "");
  }

  private static String from(String sql, String relation) {
    Matcher from = FROM.matcher(sql);
    if (!from.find()) {
      throw new IllegalArgumentException("no FROM in " + sql);
    }
    String name = from.group(1);
    return from.replaceFirst(
            Matcher.quoteReplacement("FROM (" + relation.replace("%s", name) + ") AS " + name))
        .replaceFirst("SELECT ", "SELECT " + EDGES + ", ");
  }
}
