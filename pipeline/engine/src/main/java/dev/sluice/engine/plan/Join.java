package dev.sluice.engine.plan;

import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.model.stream.Field;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A reference table whose fields are more columns of each event: those of the row that has the key,
 * NULL if none has. That an event has a row at all is a filter: the key's columns are not NULL.
 *
 * @param keys over the events' columns and those of the joins before it, one for each field of the
 *     table's key, in its order
 * @param first place of its first column: after the {@link PseudoColumn}s, and the joins before it
 */
public record Join(CatalogTable table, List<Expression> keys, int first) {
  public Join {
    keys = List.copyOf(keys);
  }

  /** The place after its last column. */
  public int end() {
    return first + table.definition().fields().size();
  }

  /** Its columns, in the order of the table's fields. */
  public List<Expression> columns() {
    List<Field> fields = table.definition().fields();
    return IntStream.range(0, fields.size())
        .mapToObj(f -> Expressions.input(first + f, fields.get(f).type()))
        .toList();
  }

  /** A column that is NULL where an event has no row, and only there. */
  public Expression proof() {
    return columns().get(table.definition().keyColumns()[0]);
  }

  /** What tells it from other joins of the same events. */
  public String digest() {
    return table.name() + " on " + keys;
  }

  @Override
  public String toString() {
    return digest() + " from " + first;
  }
}
