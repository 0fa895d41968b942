package dev.sluice.engine.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlBasicFunction;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSyntax;
import org.apache.calcite.sql.fun.SqlBasicAggFunction;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlOperandCountRanges;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeTransforms;

/**
 * Functions that Calcite lacks, has otherwise, or would rewrite; {@link FunctionReader} and {@link
 * AggregateReader} know them by their names.
 */
final class Functions {
  static final String FIRST_VALUE = "FIRST_VALUE";
  static final String LAST_VALUE = "LAST_VALUE";
  static final String APPROX_COUNT_DISTINCT = "APPROX_COUNT_DISTINCT";
  static final String APPROX_PERCENTILE = "APPROX_PERCENTILE";
  static final String LISTAGG = "LISTAGG";
  static final String ARRAY_AGG = "ARRAY_AGG";

  /** For UNNEST alone: no value is a list. */
  static final String SPLIT = "SPLIT";

  private static final SqlTypeFamily TEXT = SqlTypeFamily.CHARACTER;
  private static final SqlTypeFamily WHOLE = SqlTypeFamily.INTEGER;
  private static final SqlTypeFamily NUMBER = SqlTypeFamily.NUMERIC;
  private static final SqlTypeFamily TIME = SqlTypeFamily.TIMESTAMP;

  private static final SqlReturnTypeInference TEXT_OR_NULL =
      ReturnTypes.VARCHAR.andThen(SqlTypeTransforms.FORCE_NULLABLE);
  private static final SqlReturnTypeInference TIMESTAMP =
      ReturnTypes.explicit(SqlTypeName.TIMESTAMP, 3).andThen(SqlTypeTransforms.TO_NULLABLE);

  /** The unit, a flag, comes first: what {@link Convertlets} makes of Calcite's own. */
  static final SqlFunction TIMESTAMPADD =
      SqlBasicFunction.create("TIMESTAMPADD", TIMESTAMP, OperandTypes.VARIADIC);

  static final SqlFunction TIMESTAMPDIFF =
      SqlBasicFunction.create("TIMESTAMPDIFF", ReturnTypes.BIGINT_NULLABLE, OperandTypes.VARIADIC);

  /** A NULL that has no type of its own: it takes that of the other sides of its UNION ALL. */
  static final SqlFunction NULL =
      SqlBasicFunction.create(
          "$NULL", ReturnTypes.explicit(SqlTypeName.NULL), OperandTypes.NILADIC);

  /** Functions of one DOUBLE. */
  private static final List<String> OF_DOUBLE =
      List.of(
          "SQRT", "EXP", "LN", "LOG10", "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "DEGREES",
          "RADIANS");

  static final List<SqlOperator> ALL = all();

  /** Of everything that is called as a function and supported. */
  static final Set<String> NAMES = names();

  private Functions() {}

  private static List<SqlOperator> all() {
    List<SqlOperator> all = new ArrayList<>(aggregates());
    all.add(function("REPLACE", ReturnTypes.VARCHAR_NULLABLE, TEXT, TEXT, TEXT));
    all.add(function("LEFT", ReturnTypes.VARCHAR_NULLABLE, TEXT, WHOLE));
    all.add(function("RIGHT", ReturnTypes.VARCHAR_NULLABLE, TEXT, WHOLE));
    all.add(either("LPAD", ReturnTypes.VARCHAR_NULLABLE, TEXT, WHOLE, TEXT));
    all.add(either("RPAD", ReturnTypes.VARCHAR_NULLABLE, TEXT, WHOLE, TEXT));
    all.add(either("LTRIM", ReturnTypes.VARCHAR_NULLABLE, TEXT, TEXT));
    all.add(either("RTRIM", ReturnTypes.VARCHAR_NULLABLE, TEXT, TEXT));
    all.add(
        SqlBasicFunction.create(
            "CONCAT",
            ReturnTypes.VARCHAR,
            OperandTypes.repeat(SqlOperandCountRanges.from(1), OperandTypes.CHARACTER)));
    all.add(function("SPLIT_INDEX", TEXT_OR_NULL, TEXT, TEXT, WHOLE));
    all.add(function(SPLIT, ReturnTypes.VARCHAR.andThen(SqlTypeTransforms.TO_ARRAY), TEXT, TEXT));
    all.add(function("STARTS_WITH", ReturnTypes.BOOLEAN_NULLABLE, TEXT, TEXT));
    all.add(function("ENDS_WITH", ReturnTypes.BOOLEAN_NULLABLE, TEXT, TEXT));
    all.add(function("REGEXP_LIKE", ReturnTypes.BOOLEAN_NULLABLE, TEXT, TEXT));
    for (String name : OF_DOUBLE) {
      all.add(function(name, ReturnTypes.DOUBLE_NULLABLE, NUMBER));
    }
    all.add(function("POWER", ReturnTypes.DOUBLE_NULLABLE, NUMBER, NUMBER));
    all.add(function("ATAN2", ReturnTypes.DOUBLE_NULLABLE, NUMBER, NUMBER));
    all.add(function("SIGN", ReturnTypes.ARG0, NUMBER));
    all.add(extreme("GREATEST"));
    all.add(extreme("LEAST"));
    for (String name : FunctionReader.PARTS.keySet()) {
      all.add(either(name, ReturnTypes.BIGINT_NULLABLE, TIME, TEXT));
    }
    all.add(either("DAYOFWEEK", ReturnTypes.BIGINT_NULLABLE, TIME, TEXT));
    // The parser makes its own, which is looked up by its kind too.
    all.add(
        function("DATE_TRUNC", TIMESTAMP, TEXT, TIME)
            .withKind(SqlKind.DATE_TRUNC)
            .withFunctionType(SqlFunctionCategory.TIMEDATE));
    all.add(either("DATE_FLOOR", TIMESTAMP, TEXT, TIME, TEXT));
    all.add(function("AT_ZONE", TIMESTAMP, TIME, TEXT));
    all.add(function("UNIX_MILLIS", ReturnTypes.BIGINT_NULLABLE, TIME));
    all.add(function("UNIX_SECONDS", ReturnTypes.BIGINT_NULLABLE, TIME));
    all.add(function("TIMESTAMP_MILLIS", TIMESTAMP, WHOLE));
    all.add(function("TIMESTAMP_SECONDS", TIMESTAMP, WHOLE));
    return List.copyOf(all);
  }

  private static List<SqlOperator> aggregates() {
    return List.of(
        aggregate(FIRST_VALUE, ReturnTypes.ARG0_FORCE_NULLABLE, OperandTypes.ANY),
        aggregate(LAST_VALUE, ReturnTypes.ARG0_FORCE_NULLABLE, OperandTypes.ANY),
        aggregate(APPROX_COUNT_DISTINCT, ReturnTypes.BIGINT, OperandTypes.ANY),
        aggregate(
            APPROX_PERCENTILE,
            ReturnTypes.DOUBLE.andThen(SqlTypeTransforms.FORCE_NULLABLE),
            OperandTypes.family(NUMBER, NUMBER)),
        aggregate(
            LISTAGG,
            TEXT_OR_NULL,
            OperandTypes.or(OperandTypes.family(TEXT), OperandTypes.family(TEXT, TEXT))),
        // The parser makes its own ARRAY_AGG, which is looked up by its kind too.
        SqlBasicAggFunction.create(ARRAY_AGG, SqlKind.ARRAY_AGG, TEXT_OR_NULL, OperandTypes.ANY)
            .withFunctionType(SqlFunctionCategory.SYSTEM)
            .withSyntax(SqlSyntax.ORDERED_FUNCTION));
  }

  private static SqlAggFunction aggregate(
      String name, SqlReturnTypeInference type, SqlOperandTypeChecker operands) {
    return SqlBasicAggFunction.create(name, SqlKind.OTHER_FUNCTION, type, operands);
  }

  private static SqlBasicFunction function(
      String name, SqlReturnTypeInference type, SqlTypeFamily... operands) {
    return SqlBasicFunction.create(name, type, OperandTypes.family(operands));
  }

  /** With the last operand or without it. */
  private static SqlFunction either(
      String name, SqlReturnTypeInference type, SqlTypeFamily... operands) {
    return SqlBasicFunction.create(
        name,
        type,
        OperandTypes.or(
            OperandTypes.family(List.of(operands).subList(0, operands.length - 1)),
            OperandTypes.family(operands)));
  }

  private static SqlFunction extreme(String name) {
    return SqlBasicFunction.create(
        name,
        ReturnTypes.LEAST_RESTRICTIVE.andThen(SqlTypeTransforms.FORCE_NULLABLE),
        OperandTypes.SAME_VARIADIC);
  }

  private static Set<String> names() {
    Set<String> names = new TreeSet<>();
    ALL.forEach(function -> names.add(function.getName()));
    // Calcite's own.
    names.addAll(
        Set.of("COUNT", "SUM", "AVG", "MIN", "MAX", "STDDEV", "STDDEV_POP", "STDDEV_SAMP"));
    names.addAll(Set.of("VARIANCE", "VAR_POP", "VAR_SAMP"));
    for (SqlKind window : Windows.KINDS) {
      names.addAll(Set.of(window.name(), window + "_START", window + "_END"));
    }
    names.addAll(Set.of("ABS", "ROUND", "FLOOR", "CEIL", "CEILING", "MOD"));
    names.addAll(Set.of("UPPER", "LOWER", "CHAR_LENGTH", "CHARACTER_LENGTH", "LENGTH"));
    names.addAll(Set.of("TRIM", "SUBSTRING", "POSITION", "COALESCE", "NULLIF", "JSON_VALUE"));
    names.addAll(Set.of("EXTRACT", "TIMESTAMPADD", "TIMESTAMPDIFF"));
    return names;
  }
}
