package dev.sluice.engine.sql;

import java.util.List;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSyntax;
import org.apache.calcite.sql.fun.SqlBasicAggFunction;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeTransforms;

/** Functions that Calcite lacks, or has otherwise; {@link RexReader} knows them by their names. */
final class Functions {
  static final String FIRST_VALUE = "FIRST_VALUE";
  static final String LAST_VALUE = "LAST_VALUE";
  static final String APPROX_COUNT_DISTINCT = "APPROX_COUNT_DISTINCT";
  static final String APPROX_PERCENTILE = "APPROX_PERCENTILE";
  static final String LISTAGG = "LISTAGG";
  static final String ARRAY_AGG = "ARRAY_AGG";

  private static final SqlReturnTypeInference TEXT_OR_NULL =
      ReturnTypes.VARCHAR.andThen(SqlTypeTransforms.FORCE_NULLABLE);

  static final List<SqlOperator> ALL =
      List.of(
          aggregate(FIRST_VALUE, ReturnTypes.ARG0_FORCE_NULLABLE, OperandTypes.ANY),
          aggregate(LAST_VALUE, ReturnTypes.ARG0_FORCE_NULLABLE, OperandTypes.ANY),
          aggregate(APPROX_COUNT_DISTINCT, ReturnTypes.BIGINT, OperandTypes.ANY),
          aggregate(
              APPROX_PERCENTILE,
              ReturnTypes.DOUBLE.andThen(SqlTypeTransforms.FORCE_NULLABLE),
              OperandTypes.family(SqlTypeFamily.NUMERIC, SqlTypeFamily.NUMERIC)),
          aggregate(
              LISTAGG,
              TEXT_OR_NULL,
              OperandTypes.or(
                  OperandTypes.family(SqlTypeFamily.CHARACTER),
                  OperandTypes.family(SqlTypeFamily.CHARACTER, SqlTypeFamily.CHARACTER))),
          // The parser makes its own ARRAY_AGG, which is looked up by its kind too.
          SqlBasicAggFunction.create(ARRAY_AGG, SqlKind.ARRAY_AGG, TEXT_OR_NULL, OperandTypes.ANY)
              .withFunctionType(SqlFunctionCategory.SYSTEM)
              .withSyntax(SqlSyntax.ORDERED_FUNCTION));

  private Functions() {}

  private static SqlAggFunction aggregate(
      String name, SqlReturnTypeInference type, SqlOperandTypeChecker operands) {
    return SqlBasicAggFunction.create(name, SqlKind.OTHER_FUNCTION, type, operands);
  }
}
