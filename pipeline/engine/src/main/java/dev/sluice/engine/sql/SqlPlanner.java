package dev.sluice.engine.sql;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.plan.PreparedQuery;
import dev.sluice.engine.plan.PseudoColumn;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.Ranking;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.sql.RelReader.Relation;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.calcite.config.CalciteConnectionProperty;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorUtil;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.jspecify.annotations.Nullable;

/**
 * Plans SQL. CPU work of milliseconds: not for an event loop. Any number of threads may plan at
 * once.
 */
public final class SqlPlanner {
  private static final String WINDOW_START = "window_start";
  private static final String WINDOW_END = "window_end";

  /** No rewriting that changes what fails: conversion, and nothing else. */
  private static final SqlToRelConverter.Config CONVERSION =
      SqlToRelConverter.config()
          .withExpand(false)
          .withDecorrelationEnabled(false)
          .withTrimUnusedFields(false)
          .withInSubQueryThreshold(Integer.MAX_VALUE)
          .withRelBuilderConfigTransform(
              c ->
                  c.withSimplify(false)
                      .withSimplifyLimit(false)
                      .withSimplifyValues(false)
                      .withPruneInputOfAggregate(false)
                      .withDedupAggregateCalls(true)
                      .withPushJoinCondition(false));

  /** Values of one group that a list may hold, if not said otherwise. */
  public static final int MAX_LIST_VALUES = 10_000;

  private final Streams streams;
  private final int maxListValues;

  public SqlPlanner(Streams streams) {
    this(streams, MAX_LIST_VALUES);
  }

  /**
   * @param maxListValues values of one group that LISTAGG or ARRAY_AGG may hold
   */
  public SqlPlanner(Streams streams, int maxListValues) {
    this.streams = streams;
    this.maxListValues = maxListValues;
  }

  /**
   * Understands a query.
   *
   * @param sql one statement, at most 64 KiB; a semicolon may end it
   * @throws ProblemException with a QUERY_… code, and a line and a column where there is a place
   */
  public PreparedQuery plan(String sql) {
    try {
      StreamNames names = new StreamNames(streams);
      SqlNode root = SqlReader.read(sql, names.columns());
      return plan(Statement.of(root, names));
    } catch (StackOverflowError e) {
      throw SqlReader.tooDeep("the query is nested too deeply");
    }
  }

  /** Has Calcite load and set up what the first query would wait for (a quarter of a second). */
  public static void warmUp() {
    StreamDefinition stream =
        new StreamDefinition(
            "warm_up",
            List.of(
                new Field("device", FieldType.STRING, false),
                new Field("ts", FieldType.TIMESTAMP, false),
                new Field("temperature", FieldType.DOUBLE, true)),
            new Identity(null, null, Duration.ZERO),
            new EventTime(
                "ts", false, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1), null, null),
            new Storage(1, Duration.ofDays(1)),
            StreamDefinition.UnknownFields.REJECT);
    var unused =
        new SqlPlanner(new OneStream(new CatalogStream(stream, 0, 0, Instant.EPOCH)))
            .plan(
                "SELECT device, AVG(temperature) AS t FROM warm_up WHERE temperature BETWEEN 0 AND 9"
                    + " GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device HAVING COUNT(*) >= 3 LIMIT 5");
  }

  private PreparedQuery plan(Statement statement) {
    try {
      return convert(statement);
    } catch (ProblemException e) {
      throw Places.placed(e, statement.select());
    } catch (Places.Unread e) {
      throw e.at(statement.select());
    } catch (CalciteContextException e) {
      throw ValidationProblems.of(e, statement.source());
    } catch (RuntimeException | AssertionError e) {
      // Calcite has errors of its own for what neither check nor validator knows.
      throw Problem.of(ProblemCode.QUERY_UNSUPPORTED, "the query cannot be planned: " + e)
          .toException(e);
    }
  }

  private PreparedQuery convert(Statement statement) {
    JavaTypeFactoryImpl types = Dialect.types();
    CalciteSchema schema = CalciteSchema.createRootSchema(false, false);
    StreamDefinition stream = statement.source().stream();
    schema.add(stream.name(), new StreamTable(stream));
    Properties settings = new Properties();
    settings.setProperty(CalciteConnectionProperty.CASE_SENSITIVE.camelName(), "false");
    CalciteCatalogReader catalog =
        new CalciteCatalogReader(
            schema, List.of(), types, new CalciteConnectionConfigImpl(settings));
    SqlValidator validator =
        SqlValidatorUtil.newValidator(Dialect.OPERATORS, catalog, types, Dialect.VALIDATOR);
    OutputNames names = new OutputNames(statement.columns());
    Windows.markSessionEnds(statement.select());
    Stars.withoutPseudoColumns(statement.select());
    SqlSelect validated = (SqlSelect) validator.validate(statement.select());
    validated.accept(new OperandCheck(validator));
    RexBuilder rex = new RexBuilder(types);
    RelOptCluster cluster = RelOptCluster.create(new HepPlanner(HepProgram.builder().build()), rex);
    RelRoot root =
        new SqlToRelConverter(
                (type, query, path, view) -> {
                  throw new IllegalStateException("there are no views: " + query);
                },
                validator,
                catalog,
                cluster,
                Convertlets.TABLE,
                CONVERSION)
            .convertQuery(validated, false, true);
    Relation read = new RelReader(stream, rex, maxListValues).read(root.rel);
    // ORDER BY may need columns that the SELECT does not list.
    List<Expression> columns = root.fields.leftList().stream().map(read.columns()::get).toList();
    return prepare(statement, read, columns, names.of(validated.getSelectList()));
  }

  /** Puts the window's edges first where the SELECT does not have them. */
  private static PreparedQuery prepare(
      Statement statement, Relation read, List<Expression> columns, List<String> selected) {
    List<Expression> output = new ArrayList<>(columns);
    List<String> names = new ArrayList<>(selected);
    if (!read.edges().isEmpty()) {
      addEdge(1, WINDOW_END, statement, read, output, names);
      addEdge(0, WINDOW_START, statement, read, output, names);
    }
    if (read.events().expansion() != null
        && PseudoColumn.isIn(String.valueOf(read), statement.source().stream())) {
      throw RexReader.unsupported(
          "_partition, _offset, _ingested or _key with UNNEST or UNION ALL");
    }
    Ranking ranking = ranking(statement, read);
    QueryPlan plan =
        new QueryPlan(
            statement.source().stream(),
            read.events().filter(),
            read.events().expansion(),
            read.inner(),
            read.grouping(),
            output,
            ranking,
            ranking == null ? statement.limit() : null);
    return new PreparedQuery(plan, names);
  }

  /** With ORDER BY, LIMIT is of each window; without, it ends the query. */
  private static @Nullable Ranking ranking(Statement statement, Relation read) {
    SqlNodeList order = statement.select().getOrderList();
    if (order == null || read.order().isEmpty()) {
      return null;
    }
    if (read.grouping() == null) {
      throw Unsupported.at(
          order,
          "ORDER BY without GROUP BY",
          "a row leaves as its event comes, and none is waited for");
    }
    if (read.grouping().window() instanceof Session) {
      throw Unsupported.at(
          order, "ORDER BY of sessions", "each is a window of one row: they leave as they end");
    }
    return new Ranking(read.order(), statement.limit());
  }

  private static void addEdge(
      int edge,
      String name,
      Statement statement,
      Relation read,
      List<Expression> output,
      List<String> names) {
    Expression value = read.edges().get(edge);
    if (output.stream().anyMatch(c -> c.toString().equals(value.toString()))) {
      return;
    }
    Set<String> taken = new HashSet<>(names);
    if (!taken.add(name)) {
      throw Unsupported.problem(
          ProblemCode.QUERY_INVALID,
          statement.columns().getParserPosition(),
          name + " is the name of the window's own column: call the other one something else");
    }
    output.add(0, value);
    names.add(0, name);
  }

  private record OneStream(CatalogStream stream) implements Streams {
    @Override
    public @Nullable CatalogStream find(String name) {
      return name.equals(stream.definition().name()) ? stream : null;
    }

    @Override
    public Collection<CatalogStream> all() {
      return List.of(stream);
    }

    @Override
    public void onChange(Consumer<String> listener) {
      // it never changes
    }
  }
}
