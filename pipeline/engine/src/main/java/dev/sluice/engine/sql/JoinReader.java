package dev.sluice.engine.sql;

import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.engine.plan.Join;
import dev.sluice.engine.plan.PseudoColumn;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.jspecify.annotations.Nullable;

/**
 * Reads joins with reference tables. A join is columns more, one look-up for all branches that join
 * alike; that an inner one has found a row is a filter.
 */
final class JoinReader {
  /** Columns of an expansion, after the stream's: they come after the look-up. */
  private static final int EXPANDED = 3;

  private final StreamDefinition stream;
  private final BiFunction<Branch, RexNode, Expression> read;
  private final List<Join> joins = new ArrayList<>();

  /**
   * @param read reads an expression over a branch's columns
   */
  JoinReader(StreamDefinition stream, BiFunction<Branch, RexNode, Expression> read) {
    this.stream = stream;
    this.read = read;
  }

  /** Those that were read, each once. */
  List<Join> joins() {
    return joins;
  }

  /**
   * The rows of a branch with the table's columns after them.
   *
   * @param node whose left side the branch is
   */
  Branch join(Branch branch, org.apache.calcite.rel.core.Join node) {
    CatalogTable table = table(node.getRight());
    int width = branch.columns().size();
    List<Field> fields = table.definition().keyFields();
    @Nullable Expression[] keys = new @Nullable Expression[fields.size()];
    List<RexNode> others = new ArrayList<>();
    for (RexNode condition : RelOptUtil.conjunctions(node.getCondition())) {
      int key = key(condition, table, width);
      if (key < 0 || keys[key] != null) {
        others.add(condition);
      } else {
        keys[key] = key(branch, fields.get(key), otherSide((RexCall) condition, width));
      }
    }
    requireAll(table, keys);
    boolean inner = node.getJoinType() == JoinRelType.INNER;
    if (!inner && !others.isEmpty()) {
      throw unsupported(
          "LEFT JOIN with a condition besides that of the key",
          "say it in the SELECT, by CASE WHEN … THEN t.column END");
    }
    Join join = join(table, Arrays.asList(keys));
    List<Expression> columns = new ArrayList<>(branch.columns());
    columns.addAll(join.columns());
    Branch joined = branch.with(columns);
    if (inner) {
      joined = where(joined, Expressions.not(Expressions.isNull(join.proof())));
    }
    for (RexNode condition : others) {
      joined = where(joined, read.apply(joined, condition));
    }
    return joined;
  }

  private Branch where(Branch rows, Expression condition) {
    return rows.where(condition, stream.fields().size());
  }

  private static CatalogTable table(RelNode right) {
    ReferenceTable table =
        right instanceof TableScan scan ? scan.getTable().unwrap(ReferenceTable.class) : null;
    if (table == null) {
      throw unsupported("JOIN of anything but a reference table", JoinCheck.FORM);
    }
    return table.table();
  }

  /**
   * Which field of the key a condition equates with something of the left side; -1 for none.
   *
   * @param width columns of the left side
   */
  private static int key(RexNode condition, CatalogTable table, int width) {
    if (!(condition instanceof RexCall equal) || equal.getKind() != SqlKind.EQUALS) {
      return -1;
    }
    for (int side = 0; side < 2; side++) {
      if (equal.getOperands().get(side) instanceof RexInputRef column
          && column.getIndex() >= width
          && RelOptUtil.InputFinder.bits(equal.getOperands().get(1 - side)).length() <= width) {
        String name = table.definition().fields().get(column.getIndex() - width).name();
        return table.definition().key().indexOf(name);
      }
    }
    return -1;
  }

  private static RexNode otherSide(RexCall equal, int width) {
    RexNode first = equal.getOperands().get(0);
    return first instanceof RexInputRef column && column.getIndex() >= width
        ? equal.getOperands().get(1)
        : first;
  }

  private Expression key(Branch branch, Field field, RexNode side) {
    Expression key = read.apply(branch, side);
    int fields = stream.fields().size();
    if (key instanceof WindowEdge
        || PseudoColumn.isAnyIn(key.toString(), fields, fields + EXPANDED)) {
      throw unsupported(
          "JOIN on a part of UNNEST, or a window's edge", "join on what the events have");
    }
    if (field.type() == FieldType.DOUBLE && key.type() == FieldType.LONG) {
      return Expressions.cast(key, FieldType.DOUBLE);
    }
    if (key.type() != field.type()) {
      throw unsupported(
          "JOIN of a " + key.type() + " with " + field.name() + ", a " + field.type() + ",",
          "CAST the stream's side");
    }
    return key;
  }

  private static void requireAll(CatalogTable table, @Nullable Expression[] keys) {
    if (Arrays.asList(keys).contains(null)) {
      throw unsupported(
          "JOIN without the whole key of " + table.name(),
          "say ON "
              + table.definition().key().stream()
                  .map(part -> "… = " + table.name() + "." + part)
                  .collect(Collectors.joining(" AND "))
              + ", each with something of its type on the stream's side");
    }
  }

  private Join join(CatalogTable table, List<Expression> keys) {
    int first = joins.isEmpty() ? PseudoColumn.end(stream) : joins.get(joins.size() - 1).end();
    Join join = new Join(table, keys, first);
    for (Join known : joins) {
      if (known.digest().equals(join.digest())) {
        return known;
      }
    }
    joins.add(join);
    return join;
  }

  /** At the first JOIN of the query. */
  private static Places.Unread unsupported(String construct, String hint) {
    return new Places.Unread(
        Problem.of(ProblemCode.QUERY_UNSUPPORTED, construct + " is not supported: " + hint)
            .toException(),
        "JOIN");
  }
}
