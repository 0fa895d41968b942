package dev.sluice.cli.query;

import dev.sluice.cli.text.Json.Numeral;
import dev.sluice.cli.text.Terminal;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The columns of a table, as wide as the widest cell so far; numbers stand right. */
final class Columns {
  private static final String GAP = "  ";

  /** Enough to see; the other formats have every digit. */
  private static final int DECIMALS = 4;

  /** A number of more digits (1E400) would fill the screen if it were written out. */
  private static final int MOST_DIGITS = 40;

  private final Map<String, Integer> widths = new LinkedHashMap<>();
  private final Map<String, Boolean> numeric = new LinkedHashMap<>();

  /** Makes room for a row; returns whether the columns have changed. */
  boolean fit(Map<String, @Nullable Object> row) {
    boolean changed = false;
    for (Map.Entry<String, @Nullable Object> cell : row.entrySet()) {
      String name = cell.getKey();
      int width = Math.max(length(Terminal.harmless(name)), length(text(cell.getValue())));
      changed |= width > widths.getOrDefault(name, 0);
      widths.merge(name, width, Math::max);
      if (cell.getValue() != null) {
        numeric.merge(name, cell.getValue() instanceof Numeral, (was, is) -> was && is);
      }
    }
    return changed;
  }

  String header() {
    StringBuilder line = new StringBuilder();
    widths.forEach((name, width) -> append(line, name, Terminal.harmless(name), width));
    return line.toString().stripTrailing();
  }

  String line(Map<String, @Nullable Object> row) {
    StringBuilder line = new StringBuilder();
    widths.forEach((name, width) -> append(line, name, text(row.get(name)), width));
    return line.toString().stripTrailing();
  }

  private void append(StringBuilder line, String name, String text, int width) {
    String blanks = " ".repeat(Math.max(0, width - length(text)));
    line.append(line.isEmpty() ? "" : GAP);
    if (Boolean.TRUE.equals(numeric.get(name))) {
      line.append(blanks).append(text);
    } else {
      line.append(text).append(blanks);
    }
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String text(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    return value instanceof Numeral number
        ? rounded(number.digits())
        : Terminal.harmless("" + value);
  }

  private static String rounded(String digits) {
    BigDecimal number = new BigDecimal(digits);
    if (number.scale() <= DECIMALS || number.precision() - number.scale() > MOST_DIGITS) {
      return digits;
    }
    BigDecimal rounded = number.setScale(DECIMALS, RoundingMode.HALF_EVEN);
    return rounded.signum() == 0 && number.signum() != 0 ? digits : rounded.toPlainString();
  }
}
