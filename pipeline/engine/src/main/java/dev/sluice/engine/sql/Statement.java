package dev.sluice.engine.sql;

import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import java.util.List;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWith;
import org.jspecify.annotations.Nullable;

/**
 * A statement that is one that Sluice runs.
 *
 * @param streams that it names
 * @param tables that it joins
 * @param limit rows; null: none
 */
record Statement(
    SqlSelect select,
    Source source,
    List<StreamDefinition> streams,
    List<CatalogTable> tables,
    @Nullable Long limit) {
  Statement {
    streams = List.copyOf(streams);
    tables = List.copyOf(tables);
  }

  /** Refuses what is not. */
  static Statement of(SqlNode root, StreamNames streams) {
    SqlNode query = root;
    Long limit = null;
    if (root instanceof SqlOrderBy order) {
      SqlNode offset = order.offset;
      if (offset != null) {
        throw Unsupported.at(offset, "OFFSET", "a query starts where \"from\" says");
      }
      limit = limit(order.fetch);
      query = order.query;
    }
    SqlSelect select = select(query);
    if (root instanceof SqlOrderBy order && !order.orderList.isEmpty()) {
      select.setOrderBy(order.orderList);
    }
    SqlNode fetch = select.getFetch();
    Source source = new SelectCheck(streams).check(select);
    return new Statement(
        select,
        source,
        List.copyOf(streams.required()),
        List.copyOf(streams.joined()),
        limit == null && fetch != null ? limit(fetch) : limit);
  }

  /** A UNION ALL is a SELECT of all that it has. */
  private static SqlSelect select(SqlNode query) {
    SqlNode plain = WithInliner.inline(query);
    if (query instanceof SqlWith) {
      SqlSize.requireWithin(plain);
    }
    if (plain.getKind() == SqlKind.UNION) {
      return WithInliner.all(plain);
    }
    if (!(plain instanceof SqlSelect select)) {
      throw Unsupported.kind(plain, plain.getKind());
    }
    return select;
  }

  static @Nullable Long limit(@Nullable SqlNode fetch) {
    if (fetch == null) {
      return null;
    }
    if (fetch instanceof SqlLiteral literal && literal.getValue() instanceof Number) {
      try {
        return literal.bigDecimalValue().longValueExact();
      } catch (ArithmeticException e) {
        throw Problem.at(
                ProblemCode.QUERY_INVALID,
                fetch.getParserPosition().getLineNum(),
                fetch.getParserPosition().getColumnNum(),
                "LIMIT must be a whole number of rows: was " + fetch)
            .toException(e);
      }
    }
    throw Unsupported.at(fetch, "LIMIT of an expression", "write a number");
  }

  /** The columns as they are listed, to name them. */
  SqlNodeList columns() {
    return select.getSelectList();
  }
}
