package dev.sluice.engine.catalog;

import dev.sluice.model.table.TableDefinition;
import java.time.Instant;

/**
 * A reference table as the catalog has it.
 *
 * @param generation another one after every change, and when a table of the same name is declared
 *     anew
 */
public record CatalogTable(TableDefinition definition, long generation, Instant created) {

  public String name() {
    return definition.name();
  }
}
