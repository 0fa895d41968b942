package dev.sluice.engine.sql;

import dev.sluice.engine.catalog.CatalogTable;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.impl.AbstractTable;

/** A reference table as Calcite sees it. */
final class ReferenceTable extends AbstractTable {
  private final CatalogTable table;

  ReferenceTable(CatalogTable table) {
    this.table = table;
  }

  CatalogTable table() {
    return table;
  }

  @Override
  public RelDataType getRowType(RelDataTypeFactory types) {
    RelDataTypeFactory.Builder row = types.builder();
    StreamTable.addFields(row, table.definition().fields(), types);
    return row.build();
  }
}
