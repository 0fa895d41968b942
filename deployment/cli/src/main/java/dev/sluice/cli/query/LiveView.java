package dev.sluice.cli.query;

import dev.sluice.cli.text.Terminal;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A table that updates in place on a terminal (ECMA-48's cursor moves). It is drawn at the bottom
 * of what the terminal shows, and stays there when the query ends.
 */
final class LiveView implements View {
  private static final long LEAST_NANOS_BETWEEN_DRAWS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long NANOS_BETWEEN_SIZES = TimeUnit.SECONDS.toNanos(2);

  /** The window, the header, the rows not shown, the footer, and the line of the cursor. */
  private static final int OTHER_LINES = 5;

  private static final String HIDE_CURSOR = "\u001b[?25l";
  private static final String SHOW_CURSOR = "\u001b[?25h";
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";
  private static final String BOLD = "\u001b[1m";
  private static final String FAINT = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private final PrintWriter out;
  private final Columns columns = new Columns();
  private final Footer footer = new Footer();
  private final Thread atExit = new Thread(this::restore);
  private Terminal.Size size = Terminal.size();
  private Rows rows = new Rows(size.rows());
  private long sized = System.nanoTime();
  private long drawn = sized - LEAST_NANOS_BETWEEN_DRAWS;
  private int linesDrawn;

  LiveView(PrintWriter out) {
    this.out = out;
    out.print(HIDE_CURSOR);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  @Override
  public void show(Result result) {
    footer.tell(result);
    if (result.isRow()) {
      rows.add(result);
      columns.fit(Rows.withoutWindow(result.row()));
    }
  }

  @Override
  public void refresh(boolean more) {
    long now = System.nanoTime();
    if (more && now - drawn < LEAST_NANOS_BETWEEN_DRAWS) {
      return;
    }
    drawn = now;
    if (now - sized > NANOS_BETWEEN_SIZES) {
      size = Terminal.size();
      sized = System.nanoTime();
    }
    draw();
  }

  private void draw() {
    List<Map<String, @Nullable Object>> all = rows.all();
    int shown = Math.min(all.size(), Math.max(1, size.rows() - OTHER_LINES));
    List<String> lines = new ArrayList<>();
    String window = rows.window();
    boolean windowed = !window.isEmpty();
    if (windowed) {
      lines.add(FAINT + cut("window " + window) + PLAIN);
    }
    lines.add(BOLD + cut(all.isEmpty() ? "no row yet" : columns.header()) + PLAIN);
    // A window's first rows, or the last of a query without windows.
    int first = windowed ? 0 : all.size() - shown;
    for (Map<String, @Nullable Object> row : all.subList(first, first + shown)) {
      lines.add(cut(columns.line(row)));
    }
    if (windowed && shown < all.size()) {
      lines.add(FAINT + cut("and " + (all.size() - shown) + " rows more") + PLAIN);
    }
    lines.add(FAINT + cut(footer.toString()) + PLAIN);
    StringBuilder text = new StringBuilder();
    if (linesDrawn > 0) {
      text.append("\u001b[").append(linesDrawn).append('A');
    }
    text.append('\r');
    lines.forEach(line -> text.append(line).append(CLEAR_LINE).append('\n'));
    text.append(CLEAR_BELOW);
    linesDrawn = lines.size();
    out.print(text);
    out.flush();
  }

  /** A line that wraps would be two, and the cursor one off. */
  private String cut(String line) {
    int most = size.columns() - 1;
    return line.codePointCount(0, line.length()) <= most
        ? line
        : line.substring(0, line.offsetByCodePoints(0, most));
  }

  @Override
  public void close() {
    draw();
    restore();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      // The hook is running.
    }
  }

  private void restore() {
    out.print(SHOW_CURSOR);
    out.flush();
  }
}
