package dev.sluice.engine.reference;

import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import reactor.core.publisher.Mono;

/** The reference tables that events are joined with. */
public interface References {
  /** Of whom there is no table. */
  References NONE =
      table ->
          Mono.error(
              Problem.of(
                      ProblemCode.TABLE_UNKNOWN,
                      "this process has no reference tables, and not " + table.name())
                  .toException());

  /**
   * A table's copy, once it has all rows. It is kept current for as long as somebody has it.
   *
   * @return fails with TABLE_TOO_LARGE, or with CATALOG_UNAVAILABLE if it is not there yet and
   *     PostgreSQL is away
   */
  Mono<TableCopy> open(CatalogTable table);
}
