package dev.sluice.cli.stream;

import dev.sluice.cli.file.Csv;
import dev.sluice.cli.file.Csv.CsvException;
import dev.sluice.cli.file.Numbers;
import dev.sluice.cli.file.Times;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the types of a CSV file's columns may be, after some of its rows. */
final class Inference {
  /** From the narrowest to the widest. */
  private enum Type {
    BOOLEAN {
      @Override
      boolean takes(String cell) {
        return cell.equalsIgnoreCase("true") || cell.equalsIgnoreCase("false");
      }
    },
    LONG {
      @Override
      boolean takes(String cell) {
        return Numbers.isLong(cell);
      }
    },
    DOUBLE {
      @Override
      boolean takes(String cell) {
        return Numbers.isNumber(cell);
      }
    },
    TIMESTAMP {
      @Override
      boolean takes(String cell) {
        return Times.isDateAndTime(cell);
      }
    },
    STRING {
      @Override
      boolean takes(String cell) {
        return true;
      }
    };

    abstract boolean takes(String cell);
  }

  /** A column and the narrowest type that takes all of its cells. */
  record Column(String name, String type) {}

  private final List<String> names;
  private final List<Set<Type>> possible = new ArrayList<>();
  private final boolean[] seen;

  private Inference(List<String> names) {
    this.names = names;
    this.seen = new boolean[names.size()];
    for (int i = 0; i < names.size(); i++) {
      possible.add(EnumSet.allOf(Type.class));
    }
  }

  /**
   * Looks at the head of a file.
   *
   * @param rows how many; 0 is all
   */
  static List<Column> columns(Csv csv, long rows) throws CsvException {
    Inference inference = new Inference(csv.header());
    @Nullable String[] cells = csv.next();
    for (long row = 0; cells != null && (rows == 0 || row < rows); row++) {
      inference.look(cells);
      cells = csv.next();
    }
    return inference.columns();
  }

  private void look(@Nullable String[] cells) {
    for (int i = 0; i < names.size() && i < cells.length; i++) {
      String cell = cells[i];
      if (cell != null) {
        seen[i] = true;
        possible.get(i).removeIf(type -> !type.takes(cell));
      }
    }
  }

  private List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Type type = seen[i] ? possible.get(i).iterator().next() : Type.STRING;
      columns.add(new Column(names.get(i), type.name()));
    }
    return columns;
  }
}
