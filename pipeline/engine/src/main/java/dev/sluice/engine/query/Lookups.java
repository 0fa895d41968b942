package dev.sluice.engine.query;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.Join;
import dev.sluice.engine.plan.PseudoColumn;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.reference.TableCopy;
import dev.sluice.engine.reference.TableLookup;
import dev.sluice.model.event.Column;
import java.util.Arrays;
import java.util.List;

/**
 * Joins events with reference tables: adds the columns of their rows that the plan reads, of each
 * table as it is at one moment.
 */
final class Lookups {
  private final List<Join> joins;
  private final List<TableCopy> copies;
  private final int width;

  /** Which columns the plan reads, by their place. */
  private final boolean[] read;

  /**
   * @param copies of the tables that the plan joins, in its order
   */
  Lookups(QueryPlan plan, List<TableCopy> copies) {
    if (copies.size() != plan.joins().size()) {
      throw new IllegalArgumentException(
          copies.size() + " tables for " + plan.joins().size() + " joins");
    }
    this.joins = plan.joins();
    this.copies = copies;
    this.width = plan.width();
    this.read = new boolean[width];
    String canonical = plan.reads();
    for (int column = 0; column < width; column++) {
      read[column] = PseudoColumn.isAnyIn(canonical, column, column + 1);
    }
  }

  /** The same events, with the columns. */
  Rows join(Rows events) {
    Column[] columns = Arrays.copyOf(events.columns(), width);
    Rows joined = new Rows(columns, events.size(), events.selected(), events.count());
    for (int j = 0; j < joins.size(); j++) {
      Join join = joins.get(j);
      Column[] keys = new Column[join.keys().size()];
      for (int k = 0; k < keys.length; k++) {
        Expression key = join.keys().get(k);
        keys[k] = key.evaluate(joined);
      }
      TableLookup found = new TableLookup(copies.get(j).rows(), keys, joined);
      for (int column = join.first(); column < join.end(); column++) {
        if (read[column]) {
          columns[column] = found.column(column - join.first());
        }
      }
    }
    return joined;
  }
}
