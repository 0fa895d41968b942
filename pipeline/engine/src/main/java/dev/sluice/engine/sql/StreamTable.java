package dev.sluice.engine.sql;

import dev.sluice.engine.plan.PseudoColumn;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.type.SqlTypeName;

/** A stream as Calcite sees it. */
final class StreamTable extends AbstractTable {
  private static final int MILLISECONDS = 3;

  private final StreamDefinition stream;

  StreamTable(StreamDefinition stream) {
    this.stream = stream;
  }

  StreamDefinition stream() {
    return stream;
  }

  @Override
  public RelDataType getRowType(RelDataTypeFactory types) {
    RelDataTypeFactory.Builder row = types.builder();
    addFields(row, stream.fields(), types);
    for (PseudoColumn column : PseudoColumn.values()) {
      RelDataType type = type(column.type(), types);
      row.add(column.sqlName(), types.createTypeWithNullability(type, column.nullable()));
    }
    return row.build();
  }

  static void addFields(
      RelDataTypeFactory.Builder row, List<Field> fields, RelDataTypeFactory types) {
    for (Field field : fields) {
      RelDataType type = type(field.type(), types);
      row.add(field.name(), types.createTypeWithNullability(type, field.nullable()));
    }
  }

  private static RelDataType type(FieldType type, RelDataTypeFactory types) {
    return switch (type) {
      case STRING -> types.createSqlType(SqlTypeName.VARCHAR);
      case LONG -> types.createSqlType(SqlTypeName.BIGINT);
      case DOUBLE -> types.createSqlType(SqlTypeName.DOUBLE);
      case BOOLEAN -> types.createSqlType(SqlTypeName.BOOLEAN);
      case TIMESTAMP -> types.createSqlType(SqlTypeName.TIMESTAMP, MILLISECONDS);
    };
  }
}
