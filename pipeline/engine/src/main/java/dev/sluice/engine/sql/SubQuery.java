package dev.sluice.engine.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlUtil;
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

  /** What the edges of its windows are; without those that it does not group by. */
  private final Map<String, SqlNode> edges = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  private SubQuery(SqlSelect select, Source source) {
    this.select = select;
    this.source = source;
  }

  /**
   * Names the columns.
   *
   * @param source what the select reads
   */
  static SubQuery of(SqlSelect select, Source source) {
    SubQuery named = new SubQuery(select, source);
    named.name();
    return named;
  }

  /**
   * The edges of windows that are to be columns of these sides: all have them, and none says so.
   */
  static Set<String> edges(List<SubQuery> sides) {
    return Stream.of(START, END)
        .filter(edge -> sides.stream().allMatch(side -> side.edges.containsKey(edge)))
        .filter(edge -> sides.stream().noneMatch(side -> side.taken.contains(edge)))
        .collect(Collectors.toSet());
  }

  /** Lets each NULL among the columns be of the type that other sides have there. */
  void freeNulls() {
    items.replaceAll(SubQuery::freeNull);
  }

  private static SqlNode freeNull(SqlNode item) {
    if (item instanceof SqlCall as && as.getKind() == SqlKind.AS) {
      as.setOperand(0, freeNull(as.operand(0)));
      return as;
    }
    return SqlUtil.isNullLiteral(item, false)
        ? Functions.NULL.createCall(item.getParserPosition())
        : item;
  }

  SqlSelect select() {
    return select;
  }

  /**
   * Adds edges of its windows as columns.
   *
   * @return what it gives
   */
  Source with(Set<String> added) {
    for (String edge : List.of(END, START)) {
      if (added.contains(edge)) {
        taken.add(edge);
        names.add(0, edge);
        sizes.add(0, 1);
        items.add(0, as(Objects.requireNonNull(edges.get(edge)), edge));
      }
    }
    select.setSelectList(new SqlNodeList(items, select.getSelectList().getParserPosition()));
    return source.derived(names, sizes);
  }

  private void name() {
    for (SqlNode item : select.getSelectList()) {
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
    findEdges();
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

  private void findEdges() {
    if (select.getGroup() == null) {
      return;
    }
    for (SqlNode key : select.getGroup()) {
      switch (key.getKind()) {
        case TUMBLE ->
            edges((SqlCall) key, SqlStdOperatorTable.TUMBLE_START, SqlStdOperatorTable.TUMBLE_END);
        case HOP ->
            edges((SqlCall) key, SqlStdOperatorTable.HOP_START, SqlStdOperatorTable.HOP_END);
        case SESSION ->
            edges(
                (SqlCall) key, SqlStdOperatorTable.SESSION_START, SqlStdOperatorTable.SESSION_END);
        case IDENTIFIER -> {
          // Of a table function, whose edges are columns.
          SqlIdentifier column = (SqlIdentifier) key;
          String name = column.names.get(column.names.size() - 1);
          if (name.equalsIgnoreCase(START) || name.equalsIgnoreCase(END)) {
            edges.put(name, WithInliner.copy(key));
          }
        }
        default -> {}
      }
    }
  }

  private void edges(SqlCall window, SqlOperator start, SqlOperator end) {
    edges.put(START, edge(start, window));
    edges.put(END, edge(end, window));
  }

  private static SqlNode edge(SqlOperator edge, SqlCall window) {
    SqlNode[] operands =
        window.getOperandList().stream().map(WithInliner::copy).toArray(SqlNode[]::new);
    return edge.createCall(window.getParserPosition(), operands);
  }
}
