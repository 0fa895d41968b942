package dev.sluice.engine.sql;

import dev.sluice.engine.plan.PseudoColumn;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlStarExclude;
import org.apache.calcite.sql.SqlTableRef;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/** Keeps pseudo-columns out of {@code *}. */
final class Stars {
  private Stars() {}

  /** In every SELECT that reads a stream, or windows of one; what a sub-query gives has none. */
  static void withoutPseudoColumns(@Nullable SqlNode query) {
    if (query instanceof SqlSelect select) {
      withoutPseudoColumns(select.getFrom());
      if (readsStream(select.getFrom())) {
        hide(select.getSelectList(), aliases(select.getFrom()));
      }
    } else if (query instanceof SqlJoin join) {
      withoutPseudoColumns(join.getLeft());
    } else if (query instanceof SqlCall call
        && (call.getKind() == SqlKind.AS || call.getKind() == SqlKind.UNION)) {
      call.getOperandList().forEach(Stars::withoutPseudoColumns);
    }
  }

  private static boolean readsStream(@Nullable SqlNode from) {
    if (from instanceof SqlJoin join) {
      return readsStream(join.getLeft());
    }
    if (from != null && from.getKind() == SqlKind.AS) {
      return readsStream(((SqlCall) from).operand(0));
    }
    return from instanceof SqlIdentifier
        || from instanceof SqlTableRef
        || (from != null && from.getKind() == SqlKind.COLLECTION_TABLE);
  }

  /** Names of what the stream is joined with, which has no pseudo-columns. */
  private static Set<String> aliases(@Nullable SqlNode from) {
    Set<String> aliases = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    SqlNode left = from;
    while (left instanceof SqlJoin join) {
      aliases.add(OutputNames.name(join.getRight()));
      left = join.getLeft();
    }
    return aliases;
  }

  private static void hide(SqlNodeList items, Set<String> without) {
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof SqlIdentifier star
          && star.isStar()
          && !(star.names.size() > 1 && without.contains(star.names.get(0)))) {
        items.set(i, new SqlStarExclude(star.getParserPosition(), star, names(star)));
      }
    }
  }

  private static SqlNodeList names(SqlIdentifier star) {
    SqlParserPos place = star.getParserPosition();
    List<SqlNode> names =
        Arrays.stream(PseudoColumn.values())
            .<SqlNode>map(column -> new SqlIdentifier(column.sqlName(), place))
            .toList();
    return new SqlNodeList(names, place);
  }
}
