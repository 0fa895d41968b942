package dev.sluice.engine.sql;

import dev.sluice.engine.expression.Arithmetic;
import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.engine.expression.Split;
import dev.sluice.engine.plan.Hop;
import dev.sluice.engine.plan.Join;
import dev.sluice.engine.plan.PseudoColumn;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Ranking.By;
import dev.sluice.engine.sql.Parts.Part;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Uncollect;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.jspecify.annotations.Nullable;

/**
 * Calcite's tree of relations to the one shape of plan that there is. Read once, from the leaves to
 * the root: each relation turns the columns before it into those after it. So filters and
 * projections of sub-queries become part of what is around them; each grouping is a level.
 */
final class RelReader {
  private final Part part;
  private final StreamDefinition stream;
  private final RexBuilder rex;
  private final AggregateReader aggregateReader;
  private final JoinReader joins;
  private Windowing windowing;
  private final List<Level> levels = new ArrayList<>();
  private @Nullable Expanded events;
  private List<By> order = List.of();

  /** Of the order, where that is one side's. */
  private @Nullable Long limit;

  /** How many groupings are around what is read, and UNION ALLs within those. */
  private int groupings;

  private int unions;

  /**
   * @param part what of the tree is read
   */
  RelReader(Part part, RexBuilder rex, int maxListValues) {
    this.part = part;
    this.stream = part.stream();
    this.rex = rex;
    this.aggregateReader = new AggregateReader(maxListValues);
    this.joins = new JoinReader(stream, this::read);
    this.windowing = Windowing.of(stream);
  }

  /**
   * What a tree comes to.
   *
   * @param limit of the order, where that is one side's of a UNION ALL
   */
  record Relation(
      List<Join> joins,
      Expanded events,
      @Nullable Grouping inner,
      @Nullable Grouping grouping,
      List<Expression> columns,
      List<Expression> edges,
      List<By> order,
      @Nullable Long limit) {}

  /** A grouping without its HAVING, and what stands for its windows' edges; empty: none. */
  private record Level(Grouping grouping, List<Expression> edges) {}

  Relation read(RelNode root) {
    List<Branch> branches = branches(root);
    Branch rows = settled(branches);
    if (windowing.mustBeGrouped()) {
      throw Problem.of(
              ProblemCode.QUERY_UNSUPPORTED,
              windowing.windowName()
                  + " without GROUP BY window_start, window_end is not supported: where a session"
                  + " ends is not known when its events come")
          .toException();
    }
    Level last = last();
    return new Relation(
        joins.joins(),
        Expanded.known(events),
        levels.size() > 1 ? levels.get(0).grouping() : null,
        last == null ? null : last.grouping(),
        rows.columns(),
        last == null ? List.of() : last.edges(),
        order,
        limit);
  }

  private @Nullable Level last() {
    return levels.isEmpty() ? null : levels.get(levels.size() - 1);
  }

  /** Ends the level: what was read of its rows is its filter, or the HAVING of the one before. */
  private Branch settled(List<Branch> branches) {
    Level last = last();
    if (last == null) {
      Expanded expanded = Expanded.of(branches, stream.fields().size());
      events = expanded;
      return Branch.of(expanded.columns());
    }
    Branch rows = branches.get(0);
    Grouping groups = last.grouping();
    Grouping having =
        new Grouping(
            groups.keys(), groups.window(), groups.aggregates(), Expanded.all(rows.filters()));
    levels.set(levels.size() - 1, new Level(having, last.edges()));
    return rows;
  }

  private List<Branch> branches(RelNode node) {
    if (part.others().contains(node)) {
      return List.of();
    }
    if (node instanceof TableScan) {
      return List.of(Branch.of(fields()));
    }
    if (node instanceof TableFunctionScan scan) {
      return List.of(tableFunction((RexCall) scan.getCall()));
    }
    if (node instanceof Union union && union.all) {
      return union(union);
    }
    if (node instanceof Correlate correlate) {
      return each(branches(correlate.getLeft()), branch -> split(branch, correlate.getRight()));
    }
    if (node instanceof org.apache.calcite.rel.core.Join join) {
      return each(branches(join.getLeft()), branch -> join(branch, join));
    }
    if (node.getInputs().size() != 1) {
      throw RexReader.unsupported(node.getRelTypeName());
    }
    if (node instanceof Aggregate aggregate) {
      groupings++;
      List<Branch> rows = branches(aggregate.getInput());
      groupings--;
      return List.of(aggregate(settled(rows), aggregate));
    }
    List<Branch> input = branches(node.getInput(0));
    if (node instanceof Project project) {
      return each(input, branch -> project(branch, project.getProjects()));
    }
    if (node instanceof Filter filter) {
      if (limit != null) {
        throw aroundOrder("a filter");
      }
      return each(
          input,
          branch -> branch.where(read(branch, filter.getCondition()), stream.fields().size()));
    }
    if (node instanceof Sort sort) {
      return sorted(sort, input);
    }
    throw RexReader.unsupported(node.getRelTypeName());
  }

  private Branch join(Branch branch, org.apache.calcite.rel.core.Join join) {
    if (!levels.isEmpty()) {
      throw new Places.Unread(
          Problem.of(
                  ProblemCode.QUERY_UNSUPPORTED,
                  "JOIN of groups is not supported: join the stream before it is grouped, or define a"
                      + " view of the groups and join that")
              .toException(),
          "JOIN");
    }
    return joins.join(branch, join);
  }

  private List<Branch> sorted(Sort sort, List<Branch> input) {
    if (groupings > 0) {
      throw aroundOrder("GROUP BY");
    }
    if (!input.isEmpty()) {
      Branch rows = input.get(0);
      order =
          sort.getCollation().getFieldCollations().stream().map(field -> by(rows, field)).toList();
      limit = sort.fetch == null ? null : RexLiterals.whole(sort.fetch);
    }
    return input;
  }

  private static Places.Unread aroundOrder(String what) {
    return new Places.Unread(
        RexReader.unsupported(what + " around ORDER BY … LIMIT of a side"), "UNION ALL");
  }

  private static List<Branch> each(List<Branch> branches, Function<Branch, Branch> change) {
    return branches.stream().map(change).toList();
  }

  private static By by(Branch rows, RelFieldCollation field) {
    return new By(
        rows.columns().get(field.getFieldIndex()),
        field.direction.isDescending(),
        field.nullDirection == RelFieldCollation.NullDirection.FIRST);
  }

  private List<Expression> fields() {
    List<Expression> fields = new ArrayList<>();
    for (Field field : stream.fields()) {
      fields.add(Expressions.input(fields.size(), field.type()));
    }
    for (PseudoColumn column : PseudoColumn.values()) {
      fields.add(
          column == PseudoColumn.KEY && stream.source() == null
              ? key()
              : Expressions.input(column.index(stream), column.type()));
    }
    return fields;
  }

  /** A record's key is the text of its field. */
  private Expression key() {
    String key = stream.identity().key();
    if (key == null) {
      return Expressions.nullOf(FieldType.STRING);
    }
    int index = stream.indexOf(key);
    FieldType type = stream.fields().get(index).type();
    Expression field = Expressions.input(index, type);
    return type == FieldType.STRING ? field : Expressions.cast(field, FieldType.STRING);
  }

  private List<Branch> union(Union union) {
    unions += groupings > 0 ? 1 : 0;
    List<Branch> all = new ArrayList<>();
    List<RelDataTypeField> columns = union.getRowType().getFieldList();
    for (RelNode side : union.getInputs()) {
      for (Branch branch : branches(side)) {
        List<Expression> cast = new ArrayList<>();
        for (Expression column : branch.columns()) {
          FieldType type = RexLiterals.type(columns.get(cast.size()).getType());
          cast.add(RexReader.unify(List.of(column), type).get(0));
        }
        all.add(branch.with(cast));
      }
    }
    unions -= groupings > 0 ? 1 : 0;
    return all;
  }

  /** {@code UNNEST(SPLIT(text, ' '))} of each row. */
  private Branch split(Branch branch, RelNode right) {
    RelNode node = right;
    while (node instanceof Project project
        && project.getProjects().size() == 1
        && project.getProjects().get(0) instanceof RexInputRef) {
      node = project.getInput();
    }
    if (!levels.isEmpty()) {
      throw RexReader.unsupported("UNNEST of groups");
    }
    if (branch.windows() != null) {
      throw RexReader.unsupported("UNNEST of the rows of HOP without GROUP BY");
    }
    if (!(node instanceof Uncollect)
        || !(node.getInput(0) instanceof Project list)
        || !(list.getProjects().get(0) instanceof RexCall call)
        || !call.getOperator().getName().equals(Functions.SPLIT)
        || branch.split() != null) {
      throw RexReader.unsupported("this UNNEST");
    }
    Expression text = read(branch, call.getOperands().get(0));
    String separator = RexLiterals.text(call.getOperands().get(1), "SPLIT with this separator");
    return branch.split(
        new Split(text, separator), Expressions.input(stream.fields().size(), FieldType.STRING));
  }

  private Branch project(Branch branch, List<RexNode> nodes) {
    List<Expression> columns = new ArrayList<>(nodes.size());
    for (RexNode node : nodes) {
      columns.add(read(branch, node));
    }
    return branch.with(columns);
  }

  private Expression read(Branch branch, RexNode node) {
    if (node instanceof RexCall call && Windows.KINDS.contains(call.getKind())) {
      return windowing.group(call, read(branch, call.getOperands().get(0)));
    }
    if (!(node instanceof RexInputRef)
        && RelOptUtil.InputFinder.bits(node).asList().stream()
            .anyMatch(i -> branch.columns().get(i) instanceof WindowEdge)) {
      throw edgeAsValue();
    }
    Level last = last();
    return new RexReader(
            branch.columns(),
            last == null ? List.of() : last.edges(),
            last == null ? null : last.grouping().window())
        .read(RexUtil.expandSearch(rex, null, node));
  }

  private Branch tableFunction(RexCall call) {
    List<Expression> fields = fields();
    Hop hop = groupings == 0 ? Windowing.rows(call) : null;
    if (hop != null) {
      Expression start = Expressions.input(stream.fields().size() + 2, FieldType.TIMESTAMP);
      fields.add(start);
      fields.add(Expressions.arithmetic(Arithmetic.ADD, start, Expressions.literal(hop.size())));
      return Branch.of(fields).in(hop);
    }
    Branch rows = Branch.of(fields);
    List<Expression> keys = List.of();
    if (call.getOperands().get(1) instanceof RexCall descriptor) {
      keys = descriptor.getOperands().stream().map(key -> read(rows, key)).toList();
    }
    fields.addAll(windowing.table(call, keys));
    return Branch.of(fields);
  }

  private static ProblemException edgeAsValue() {
    return RexReader.unsupported(
        "window_start or window_end as a value before GROUP BY, which gives each window its rows,");
  }

  private Branch aggregate(Branch rows, Aggregate node) {
    if (unions > 0) {
      throw new Places.Unread(
          RexReader.unsupported("GROUP BY over a UNION ALL of groups"), "UNION ALL");
    }
    if (levels.size() > 1 || node.getGroupType() != Aggregate.Group.SIMPLE) {
      throw RexReader.unsupported("grouping more than twice");
    }
    if (!levels.isEmpty() && levels.get(0).edges().isEmpty()) {
      throw RexReader.unsupported("grouping a running total, as DISTINCT of groups does,");
    }
    if (node.getAggCallList().stream()
        .flatMap(call -> call.getArgList().stream())
        .anyMatch(i -> rows.columns().get(i) instanceof WindowEdge)) {
      throw edgeAsValue();
    }
    GroupReader reader = new GroupReader(aggregateReader, windowing);
    Branch groups = Branch.of(reader.read(node, rows.columns()));
    levels.add(new Level(reader.grouping(), reader.edges()));
    windowing = Windowing.of(reader.grouping(), reader.edges());
    return groups;
  }
}
