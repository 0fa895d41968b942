package dev.sluice.engine.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;

/**
 * Names of result columns: the author's, the column's, or that of the function, {@code column} and
 * its place where there is none; numbered where the name is there already.
 */
final class OutputNames {
  private static final String STAR = "*";

  /** A name per item as written; {@link #STAR} for one that stands for several. */
  private final List<String> written = new ArrayList<>();

  /**
   * @param select as written, before validation rewrites it
   */
  OutputNames(SqlNodeList select) {
    for (SqlNode item : select) {
      written.add(name(item));
    }
  }

  /**
   * @param validated the list with every {@code *} expanded
   */
  List<String> of(SqlNodeList validated) {
    int added = validated.size() - written.size();
    int star = written.indexOf(STAR);
    List<String> names = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < validated.size(); i++) {
      // Before the first star the places are the same, after the last they are moved.
      boolean before = star < 0 || i < star;
      boolean after = star >= 0 && i - added > written.lastIndexOf(STAR);
      String name =
          before ? written.get(i) : after ? written.get(i - added) : name(validated.get(i));
      names.add(unique(name.isEmpty() ? "column" + (i + 1) : name, taken));
    }
    return names;
  }

  private static String unique(String name, Set<String> taken) {
    String unique = name;
    for (int i = 2; !taken.add(unique); i++) {
      unique = name + "_" + i;
    }
    return unique;
  }

  /** Of an item of a SELECT; {@link #STAR}, or empty if it has none. */
  static String name(SqlNode node) {
    if (node instanceof SqlIdentifier column) {
      return column.isStar() ? STAR : column.names.get(column.names.size() - 1);
    }
    if (!(node instanceof SqlCall call)) {
      return "";
    }
    if (call.getKind() == SqlKind.AS) {
      return name(call.operand(1));
    }
    if (call.getKind() == SqlKind.CASE) {
      return "case";
    }
    if (call.getKind() == SqlKind.CAST || call.getKind() == SqlKind.FILTER) {
      return name(call.operand(0));
    }
    String name = call.getOperator().getName().toLowerCase(Locale.ROOT);
    if (!(call.getOperator() instanceof SqlFunction) || !name.matches("[a-z][a-z0-9_]*")) {
      return "";
    }
    return switch (name) {
      case "tumble_start", "hop_start", "session_start" -> "window_start";
      case "tumble_end", "hop_end", "session_end" -> "window_end";
      default -> name;
    };
  }
}
