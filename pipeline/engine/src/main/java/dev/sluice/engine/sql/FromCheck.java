package dev.sluice.engine.sql;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlTableRef;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/** Refuses what cannot be read from, before Calcite looks at it. */
final class FromCheck {
  private static final String UNNEST_FORM =
      "write FROM stream, UNNEST(SPLIT(column, ' ')) AS w(word)";

  private final StreamNames streams;
  private final JoinCheck joins;
  private final Function<SqlNode, Source> subQuery;

  /**
   * @param subQuery checks a query in FROM
   */
  FromCheck(StreamNames streams, Function<SqlNode, Source> subQuery) {
    this.streams = streams;
    this.joins = new JoinCheck(streams);
    this.subQuery = subQuery;
  }

  /** What is read. */
  Source check(SqlSelect select, @Nullable SqlNode from) {
    if (from == null) {
      throw Unsupported.at(select, "SELECT without FROM", "name a stream after FROM");
    }
    if (from instanceof SqlIdentifier name) {
      return Source.of(streams.require(name));
    }
    if (from instanceof SqlTableRef table
        && table.getOperandList().get(0) instanceof SqlIdentifier name) {
      if (((SqlNodeList) table.getOperandList().get(1)).isEmpty()) {
        return Source.of(streams.require(name));
      }
      throw Unsupported.at(from, "a hint", "leave it out");
    }
    if (from instanceof SqlJoin join) {
      return join(select, join);
    }
    if (from instanceof SqlCall call) {
      switch (call.getKind()) {
        case AS -> {
          return renamed(check(select, call.operand(0)), call);
        }
        case COLLECTION_TABLE -> {
          return windows(call);
        }
        case SELECT, ORDER_BY, UNION -> {
          return subQuery.apply(call);
        }
        case UNNEST -> throw Unsupported.at(from, "UNNEST alone", UNNEST_FORM);
        default -> throw Unsupported.kind(from, from.getKind());
      }
    }
    throw Unsupported.kind(from, from.getKind());
  }

  private static Source renamed(Source source, SqlCall as) {
    List<String> names = aliases(as);
    if (names.isEmpty()) {
      return source;
    }
    if (source.direct()) {
      throw Unsupported.at(
          as.operand(2), "a list of column aliases after FROM", "rename in the SELECT");
    }
    return names.size() == source.columns().size() ? source.derived(names, source.sizes()) : source;
  }

  /** The edges of its windows are columns. */
  private Source windows(SqlCall call) {
    Source stream = Source.of(Windows.checkTableFunction(call.operand(0), streams));
    return stream.with(false, List.of("window_start", "window_end"));
  }

  /** With UNNEST, or with a reference table. */
  private Source join(SqlSelect select, SqlJoin join) {
    SqlNode right = join.getRight();
    boolean renamed = right.getKind() == SqlKind.AS;
    SqlNode unnest = renamed ? ((SqlCall) right).operand(0) : right;
    Source left = check(select, join.getLeft());
    if (unnest.getKind() != SqlKind.UNNEST) {
      return joins.check(join, left);
    }
    boolean each = join.getJoinType() == JoinType.COMMA || join.getJoinType() == JoinType.CROSS;
    if (!each || join.isNatural() || join.getConditionType() != JoinConditionType.NONE) {
      throw Unsupported.at(
          join.getJoinTypeNode().getParserPosition(), "JOIN of UNNEST", UNNEST_FORM);
    }
    if (left.split()) {
      throw Unsupported.at(unnest, "a second UNNEST", "");
    }
    SqlCall call = (SqlCall) unnest;
    if (call.getOperator().getName().toUpperCase(Locale.ROOT).contains("ORDINALITY")) {
      throw Unsupported.at(unnest, "UNNEST … WITH ORDINALITY", "");
    }
    split(call, new ExpressionCheck(left));
    List<String> names = renamed ? aliases((SqlCall) right) : List.of();
    if (renamed && names.isEmpty()) {
      names = List.of(OutputNames.name(((SqlCall) right).operand(1)));
    }
    return left.with(true, names);
  }

  private static void split(SqlCall unnest, ExpressionCheck expressions) {
    if (unnest.operandCount() != 1
        || !(unnest.operand(0) instanceof SqlCall split)
        || !split.getOperator().getName().equalsIgnoreCase(Functions.SPLIT)
        || split.operandCount() != 2) {
      throw Unsupported.at(unnest, "this UNNEST", UNNEST_FORM);
    }
    expressions.check(split.operand(0));
    if (!(split.operand(1) instanceof SqlLiteral separator)
        || !SqlTypeName.CHAR_TYPES.contains(separator.getTypeName())) {
      throw Unsupported.at(
          split.operand(1), "SPLIT with a separator that is not a literal", UNNEST_FORM);
    }
  }

  /** Those of {@code AS t(a, b)}. */
  private static List<String> aliases(SqlCall as) {
    return as.getOperandList().stream().skip(2).map(OutputNames::name).toList();
  }
}
