package dev.sluice.cli.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LiveViewTest {
  private static final Pattern SEQUENCE = Pattern.compile("\u001b\\[(\\??\\d*)([A-Za-z])");

  private final StringWriter written = new StringWriter();

  /** But for the columns' widths, which do not shrink: a table that jumps is hard to read. */
  @Test
  void tableIsReplacedInPlaceByTheNextWindow() {
    try (LiveView view = new LiveView(new PrintWriter(written))) {
      show(view, "00:10", 30);
      view.refresh(false);
      show(view, "00:20", 2);
      Result.read("{\"watermark\": {\"watermark\":\"12:00:21\",\"read\":32}}")
          .ifPresent(view::show);
    }
    assertThat(screen())
        .containsExactly(
            "window 12:00 to 12:00:20",
            "route   n",
            "r0      0",
            "r1      1",
            "watermark 12:00:21 · read 32",
            "");
    assertThat(written.toString()).startsWith("\u001b[?25l").endsWith("\u001b[?25h");
  }

  @Test
  void moreRowsThanFitAreCounted() {
    try (LiveView view = new LiveView(new PrintWriter(written))) {
      show(view, "00:10", 500);
    }
    assertThat(screen()).anyMatch(line -> line.matches("and \\d+ rows more"));
  }

  private static void show(View view, String end, int rows) {
    for (int n = 0; n < rows; n++) {
      Result.read(
              "{\"row\": {\"window_start\":\"12:00\",\"window_end\":\"12:%s\",\"route\":\"r%d\",\"n\":%d}}"
                  .formatted(end, n, n))
          .ifPresent(view::show);
    }
  }

  /** What a terminal would show, by the few sequences that are used. */
  private List<String> screen() {
    List<String> lines = new ArrayList<>(List.of(""));
    int row = 0;
    String text = written.toString();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\u001b') {
        Matcher sequence = SEQUENCE.matcher(text).region(i, text.length());
        assertThat(sequence.lookingAt()).isTrue();
        if (sequence.group(2).equals("A")) {
          row -= Integer.parseInt(sequence.group(1));
        } else if (sequence.group(2).equals("J")) {
          lines.subList(row + 1, lines.size()).clear();
          lines.set(row, "");
        }
        i = sequence.end() - 1;
      } else if (c == '\n') {
        row++;
        if (row == lines.size()) {
          lines.add("");
        }
      } else if (c == '\r' || text.charAt(i - 1) == 'm' && isLineStart(text, i)) {
        lines.set(row, c == '\r' ? "" : "" + c);
      } else {
        lines.set(row, isLineStart(text, i) ? "" + c : lines.get(row) + c);
      }
    }
    return lines;
  }

  private static boolean isLineStart(String text, int at) {
    int newline = Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1));
    return SEQUENCE.matcher(text.substring(newline + 1, at)).replaceAll("").isEmpty();
  }
}
