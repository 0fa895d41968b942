package dev.sluice.engine.reference;

import dev.sluice.engine.table.Identifiers;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.table.TableDefinition;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The statements on one reference table's rows. */
final class TableSql {
  private final TableDefinition table;
  private final String name;

  TableSql(TableDefinition table) {
    this.table = table;
    this.name = Identifiers.reference(table.name());
  }

  /** Whole rows, an array for each field: the last of those that have one key. */
  String upsert() {
    List<Field> others =
        table.fields().stream().filter(field -> !table.key().contains(field.name())).toList();
    String columns = columns(table.fields(), "");
    String key = columns(table.keyFields(), "");
    return "INSERT INTO "
        + name
        + " ("
        + columns
        + ") SELECT DISTINCT ON ("
        + key
        + ") "
        + columns
        + " FROM unnest("
        + arrays(table.fields())
        + ") WITH ORDINALITY AS given ("
        + columns
        + ", _n) ORDER BY "
        + key
        + ", _n DESC ON CONFLICT ("
        + key
        + ") DO "
        + (others.isEmpty()
            ? "NOTHING"
            : "UPDATE SET " + each(others, column -> column + " = excluded." + column, ", "));
  }

  /** Rows by key, an array for each of its fields. */
  String delete() {
    return "DELETE FROM "
        + name
        + " AS t USING unnest("
        + arrays(table.keyFields())
        + ") AS k ("
        + columns(table.keyFields(), "")
        + ") WHERE "
        + sameKey();
  }

  /** Some rows in the order of their keys. */
  String some() {
    return all() + " ORDER BY " + columns(table.keyFields(), "") + " LIMIT $1";
  }

  /** All rows. */
  String all() {
    return "SELECT " + columns(table.fields(), "") + " FROM " + name;
  }

  /** How many there are, and the bytes that they take with their index. */
  String size() {
    return "SELECT count(*) AS rows, pg_total_relation_size('" + name + "') AS bytes FROM " + name;
  }

  /**
   * The key and the row, or nulls in its place, of all keys in an array of JSON texts, each an
   * array of keys.
   */
  String ofKeys() {
    return "SELECT "
        + columns(table.keyFields(), "k.")
        + ", "
        + columns(table.fields(), "t.")
        + " FROM unnest($1::text[]) AS p (keys) CROSS JOIN LATERAL json_populate_recordset(NULL::"
        + name
        + ", p.keys::json) AS k LEFT JOIN "
        + name
        + " AS t ON "
        + sameKey();
  }

  private String sameKey() {
    return each(table.keyFields(), column -> "t." + column + " = k." + column, " AND ");
  }

  private static String columns(List<Field> fields, String of) {
    return each(fields, column -> of + column, ", ");
  }

  private static String each(List<Field> fields, Function<String, String> form, String between) {
    return fields.stream()
        .map(field -> form.apply(Identifiers.column(field.name())))
        .collect(Collectors.joining(between));
  }

  private static String arrays(List<Field> fields) {
    return IntStream.range(0, fields.size())
        .mapToObj(f -> "$" + (f + 1) + "::" + array(fields.get(f).type()))
        .collect(Collectors.joining(", "));
  }

  private static String array(FieldType type) {
    return switch (type) {
      case STRING -> "text[]";
      case LONG -> "bigint[]";
      case DOUBLE -> "double precision[]";
      case BOOLEAN -> "boolean[]";
      case TIMESTAMP -> "timestamptz[]";
    };
  }
}
