package dev.sluice.views.table;

import static dev.sluice.engine.table.Identifiers.column;
import static dev.sluice.engine.table.Identifiers.type;

import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.table.Identifiers;
import dev.sluice.engine.view.ViewPlan;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.ViewSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A view's table, and the statements that only depend on it. No name is in them that is none of
 * {@link Identifiers}.
 *
 * @param owner whose it is
 * @param fields a column each
 * @param key columns that no two rows have alike; empty: there are none, and it is the row's place
 * @param replaces whether a row takes the place of the one before with the same record key
 * @param partitions of the view's topic
 * @param retention how far behind the view's watermark its rows may be; a table whose rows replace
 *     each other keeps them all
 */
record TableDefinition(
    Owner owner,
    List<Field> fields,
    List<Integer> key,
    boolean replaces,
    int partitions,
    Duration retention) {

  /** PostgreSQL's bound of an index's columns, less one. */
  private static final int MOST_KEY_COLUMNS = 31;

  /**
   * A view, or what will take its place.
   *
   * @param built false: it will
   */
  record Owner(String view, long generation, boolean built) {
    String table() {
      return built ? Identifiers.table(view) : Identifiers.build(generation);
    }
  }

  TableDefinition {
    fields = List.copyOf(fields);
    key = key.size() > MOST_KEY_COLUMNS ? List.of() : List.copyOf(key);
  }

  /** A view's, by its plan. */
  static TableDefinition of(CatalogView view, ViewPlan plan, boolean built) {
    return new TableDefinition(
        new Owner(view.name(), view.generation(), built),
        plan.fields(),
        plan.key(),
        plan.kind() == ViewSource.Kind.TOTAL,
        view.stream().definition().storage().partitions(),
        view.definition().retention());
  }

  String table() {
    return owner.table();
  }

  String view() {
    return owner.view();
  }

  long generation() {
    return owner.generation();
  }

  /** The statements that make the table, in their order. */
  List<String> create() {
    List<String> statements = new ArrayList<>();
    statements.add(
        "CREATE TABLE "
            + table()
            + fields.stream()
                .map(
                    field ->
                        column(field.name())
                            + " "
                            + type(field.type())
                            + (field.nullable() ? "" : " NOT NULL"))
                .collect(Collectors.joining(", ", " (", ", "))
            + "_partition integer NOT NULL, _offset bigint NOT NULL, _time timestamptz NOT NULL,"
            + " _watermark bigint"
            + (replaces ? ", _key " + type(FieldType.STRING) + " PRIMARY KEY" : "")
            + ")");
    if (replaces) {
      if (!key.isEmpty()) {
        statements.add("CREATE INDEX ON " + table() + keyColumns());
      }
      return statements;
    }
    statements.add("ALTER TABLE " + table() + " ADD UNIQUE (_partition, _offset)");
    if (!key.isEmpty()) {
      boolean nullable = key.stream().anyMatch(column -> fields.get(column).nullable());
      statements.add(
          nullable
              ? "CREATE UNIQUE INDEX ON " + table() + keyColumns() + " NULLS NOT DISTINCT"
              : "ALTER TABLE " + table() + " ADD PRIMARY KEY" + keyColumns());
    }
    // Rows come nearly in the order of their times: a few bytes for each hundred pages will do.
    statements.add("CREATE INDEX ON " + table() + " USING brin (_time)");
    return statements;
  }

  /** The group before the window, so that a group's rows are found without knowing the window. */
  private String keyColumns() {
    return key.stream()
        .map(column -> fields.get(column).name())
        .sorted(Comparator.comparing(TableDefinition::isWindowEdge))
        .map(Identifiers::column)
        .collect(Collectors.joining(", ", " (", ")"));
  }

  private static boolean isWindowEdge(String name) {
    return name.equals("window_start") || name.equals("window_end");
  }

  /** Inserts rows given as {@link RowArrays#bindTo} binds them. */
  String insert() {
    List<String> names = new ArrayList<>(fields.stream().map(f -> column(f.name())).toList());
    List<String> arrays = new ArrayList<>();
    for (Field field : fields) {
      arrays.add("$" + (arrays.size() + 1) + "::" + array(field.type()));
    }
    names.addAll(List.of("_offset", "_time", "_watermark"));
    for (String type : List.of("bigint[]", "timestamptz[]", "bigint[]")) {
      arrays.add("$" + (arrays.size() + 1) + "::" + type);
    }
    if (replaces) {
      names.add("_key");
      arrays.add("$" + (arrays.size() + 1) + "::text[]");
    }
    return "INSERT INTO "
        + table()
        + " ("
        + String.join(", ", names)
        + ", _partition) SELECT r.*, $"
        + (arrays.size() + 1)
        + "::integer FROM unnest("
        + String.join(", ", arrays)
        + ") AS r ON CONFLICT "
        + (replaces ? "(_key) DO UPDATE SET " + replaced(names) : "DO NOTHING");
  }

  private static String replaced(List<String> names) {
    return names.stream()
        .map(name -> name + " = excluded." + name)
        .collect(Collectors.joining(", ", "", ", _partition = excluded._partition"));
  }

  private static String array(FieldType type) {
    return (type == FieldType.STRING ? "text" : type(type)) + "[]";
  }

  /** Deletes the rows of the keys in {@code $1}. */
  String delete() {
    return "DELETE FROM " + table() + " WHERE _key = ANY ($1::text[])";
  }

  /**
   * Deletes at most {@code $2} rows of times before {@code $1} that nobody else is deleting, and
   * says of each partition how many, and the offset after the last of them.
   */
  String forget() {
    return "WITH gone AS (DELETE FROM "
        + table()
        + " WHERE ctid = ANY (ARRAY(SELECT ctid FROM "
        + table()
        + " WHERE _time < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING _partition, _offset)"
        + " SELECT count(*), _partition::bigint, max(_offset) + 1 FROM gone GROUP BY _partition";
  }
}
