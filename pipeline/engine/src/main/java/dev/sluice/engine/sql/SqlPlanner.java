package dev.sluice.engine.sql;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.plan.PreparedQuery;
import dev.sluice.engine.sql.Parts.Part;
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
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.regex.Pattern;
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
  private static final Pattern OF_CLASSES = Pattern.compile("\\b[a-z]\\w*\\.[a-z]\\w*\\.\\w");

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
    return plan(sql, ReadRights.ALL);
  }

  /**
   * The same for somebody, whose error tells nothing of what they must not read.
   *
   * @throws ProblemException as {@link #plan(String)}, and FORBIDDEN
   */
  public PreparedQuery plan(String sql, ReadRights rights) {
    return plan(sql, new StreamNames(streams, null, rights));
  }

  /**
   * Understands the query of a view, which must not read itself.
   *
   * @throws ProblemException as {@link #plan}, and VIEW_INVALID
   */
  public PreparedQuery planView(String view, String sql, ReadRights rights) {
    return plan(sql, new StreamNames(streams, view, rights));
  }

  private PreparedQuery plan(String sql, StreamNames names) {
    try {
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
      throw ValidationProblems.of(e, statement);
    } catch (RuntimeException | AssertionError e) {
      // Calcite has errors of its own for what neither check nor validator knows.
      throw Problem.of(ProblemCode.QUERY_UNSUPPORTED, "the query cannot be planned" + why(e))
          .toException(e);
    }
  }

  /** What the innermost failure says, unless it speaks of classes. */
  private static String why(Throwable failure) {
    Throwable inner = failure;
    while (inner.getCause() != null && inner.getCause() != inner) {
      inner = inner.getCause();
    }
    String message = String.valueOf(inner.getMessage()).replaceAll("\\s+", " ");
    return inner.getMessage() == null || OF_CLASSES.matcher(message).find()
        ? ": say it in another way"
        : ": " + message;
  }

  private PreparedQuery convert(Statement statement) {
    JavaTypeFactoryImpl types = Dialect.types();
    CalciteSchema schema = CalciteSchema.createRootSchema(false, false);
    for (StreamDefinition stream : statement.streams()) {
      schema.add(stream.name(), new StreamTable(stream));
    }
    for (CatalogTable table : statement.tables()) {
      schema.add(table.name(), new ReferenceTable(table));
    }
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
    // ORDER BY may need columns that the SELECT does not list.
    List<Integer> listed = root.fields.leftList();
    PlanMaker plans = new PlanMaker(statement, names.of(validated.getSelectList()));
    for (Part part : Parts.of(root.rel)) {
      plans.add(part.stream(), new RelReader(part, rex, maxListValues).read(root.rel), listed);
    }
    return plans.make();
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
