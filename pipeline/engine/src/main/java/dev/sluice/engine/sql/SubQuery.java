package dev.sluice.engine.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * Gives the columns of a sub-query the names that they would have as a query: {@code COUNT(*)} is
 * {@code count}, and the rows of windows have {@code window_start} and {@code window_end}, said or
 * not.
 */
final class SubQuery {
  private static final String START = "window_start";
  private static final String END = "window_end";

  private final SqlSelect select;
  private final Source source;
  private final List<SqlNode> items = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<Integer> sizes = new ArrayList<>();
  private final Set<String> taken = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  private SubQuery(SqlSelect select, Source source) {
    this.select = select;
    this.source = source;
  }

  /**
   * Names the columns.
   *
   * @param source what the select reads
   * @return what it gives
   */
  static Source name(SqlSelect select, Source source) {
    return new SubQuery(select, source).named();
  }

  private Source named() {
    SqlNodeList list = select.getSelectList();
    for (SqlNode item : list) {
      String name = OutputNames.name(item);
      if (item instanceof SqlIdentifier column && column.isStar()) {
        source.columns().forEach(this::take);
        sizes.addAll(source.sizes());
        items.add(item);
        continue;
      }
      sizes.add(SqlSize.of(item, source));
      if (item instanceof SqlIdentifier || item.getKind() == SqlKind.AS) {
        take(name);
        items.add(item);
      } else {
        items.add(as(item, take(name.isEmpty() ? "column" + (items.size() + 1) : name)));
      }
    }
    addEdges();
    select.setSelectList(new SqlNodeList(items, list.getParserPosition()));
    return source.derived(names, sizes);
  }

  private String take(String name) {
    String unique = name;
    for (int i = 2; !taken.add(unique); i++) {
      unique = name + "_" + i;
    }
    names.add(unique);
    return unique;
  }

  private static SqlNode as(SqlNode item, String name) {
    SqlParserPos place = item.getParserPosition();
    return SqlStdOperatorTable.AS.createCall(place, item, new SqlIdentifier(name, place));
  }

  private void addEdges() {
    if (select.getGroup() == null) {
      return;
    }
    for (SqlNode key : new ArrayList<>(select.getGroup().getList())) {
      switch (key.getKind()) {
        case TUMBLE -> {
          addEdge(END, SqlStdOperatorTable.TUMBLE_END, (SqlCall) key);
          addEdge(START, SqlStdOperatorTable.TUMBLE_START, (SqlCall) key);
        }
        case HOP -> {
          addEdge(END, SqlStdOperatorTable.HOP_END, (SqlCall) key);
          addEdge(START, SqlStdOperatorTable.HOP_START, (SqlCall) key);
        }
        case SESSION -> {
          addEdge(END, SqlStdOperatorTable.SESSION_END, (SqlCall) key);
          addEdge(START, SqlStdOperatorTable.SESSION_START, (SqlCall) key);
        }
        case IDENTIFIER -> addEdge((SqlIdentifier) key);
        default -> {}
      }
    }
  }

  private void addEdge(String name, SqlOperator edge, SqlCall window) {
    if (taken.add(name)) {
      names.add(0, name);
      sizes.add(0, 1);
      SqlNode[] operands =
          window.getOperandList().stream().map(WithInliner::copy).toArray(SqlNode[]::new);
      items.add(0, as(edge.createCall(window.getParserPosition(), operands), name));
    }
  }

  /** Of a table function, whose edges are columns. */
  private void addEdge(SqlIdentifier key) {
    String name = key.names.get(key.names.size() - 1);
    if ((name.equalsIgnoreCase(START) || name.equalsIgnoreCase(END)) && taken.add(name)) {
      names.add(0, name);
      sizes.add(0, 1);
      items.add(0, as(WithInliner.copy(key), name));
    }
  }
}
