package dev.sluice.engine.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystem;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.SqlSyntax;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.type.SqlTypeCoercionRule;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlOperatorTables;
import org.apache.calcite.sql.validate.SqlConformance;
import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.apache.calcite.sql.validate.SqlDelegatingConformance;
import org.apache.calcite.sql.validate.SqlNameMatcher;
import org.apache.calcite.sql.validate.SqlValidator;
import org.jspecify.annotations.Nullable;

/** How Calcite is set up to read Sluice's SQL. */
final class Dialect {
  private static final RelDataTypeSystem TYPE_SYSTEM = new TypeSystem();

  static final SqlConformance CONFORMANCE = new Conformance();

  static final SqlParser.Config PARSER =
      SqlParser.config()
          .withParserFactory(TerseParser::of)
          .withConformance(CONFORMANCE)
          .withCaseSensitive(false)
          .withQuoting(Quoting.DOUBLE_QUOTE)
          .withQuotedCasing(Casing.UNCHANGED)
          .withUnquotedCasing(Casing.UNCHANGED);

  /** Types stay as written: what would be cast in silence is an error with its place. */
  static final SqlValidator.Config VALIDATOR =
      SqlValidator.Config.DEFAULT
          .withConformance(CONFORMANCE)
          .withTypeCoercionEnabled(false)
          .withTypeCoercionRules(SqlTypeCoercionRule.lenientInstance())
          // COALESCE stays: as a CASE it would have its operands twice.
          .withCallRewrite(false)
          .withIdentifierExpansion(true);

  static final SqlOperatorTable OPERATORS =
      new OwnFirst(
          SqlOperatorTables.of(Functions.ALL),
          SqlOperatorTables.chain(
              SqlStdOperatorTable.instance(),
              SqlOperatorTables.of(
                  List.of(
                      SqlLibraryOperators.INFIX_CAST,
                      SqlLibraryOperators.LENGTH,
                      SqlLibraryOperators.LTRIM,
                      SqlLibraryOperators.RTRIM,
                      Functions.NULL,
                      Windows.SESSION_END))));

  private Dialect() {}

  static JavaTypeFactoryImpl types() {
    return new JavaTypeFactoryImpl(TYPE_SYSTEM) {
      @Override
      public Charset getDefaultCharset() {
        return UTF_8;
      }
    };
  }

  private static final class TypeSystem extends RelDataTypeSystemImpl {
    @Override
    public RelDataType deriveAvgAggType(RelDataTypeFactory types, RelDataType argument) {
      return types.createTypeWithNullability(
          types.createSqlType(SqlTypeName.DOUBLE), argument.isNullable());
    }

    /** Of an INTERVAL as many digits as anyone writes: 604800 seconds need no SECOND(6). */
    @Override
    public int getDefaultPrecision(SqlTypeName type) {
      return SqlTypeName.DAY_INTERVAL_TYPES.contains(type)
          ? getMaxPrecision(type)
          : super.getDefaultPrecision(type);
    }

    /** Literals of different lengths get no blanks at their ends to be of one length. */
    @Override
    public boolean shouldConvertRaggedUnionTypesToVarying() {
      return true;
    }
  }

  /** Our functions hide those of the same name. */
  private record OwnFirst(SqlOperatorTable own, SqlOperatorTable others)
      implements SqlOperatorTable {
    @Override
    public void lookupOperatorOverloads(
        SqlIdentifier name,
        @Nullable SqlFunctionCategory category,
        SqlSyntax syntax,
        List<SqlOperator> found,
        SqlNameMatcher matcher) {
      int before = found.size();
      own.lookupOperatorOverloads(name, category, syntax, found, matcher);
      if (found.size() == before) {
        others.lookupOperatorOverloads(name, category, syntax, found, matcher);
      }
    }

    @Override
    public List<SqlOperator> getOperatorList() {
      List<SqlOperator> all = new ArrayList<>(own.getOperatorList());
      all.addAll(others.getOperatorList());
      return all;
    }
  }

  /** Babel's, without what would give another answer than PostgreSQL does. */
  private static final class Conformance extends SqlDelegatingConformance {
    Conformance() {
      super(SqlConformanceEnum.BABEL);
    }

    @Override
    public boolean isNonStrictGroupBy() {
      return false;
    }

    @Override
    public boolean isGroupByAlias() {
      return false;
    }

    /** A name in the SELECT is a column's, never that of an expression before it. */
    @Override
    public SelectAliasLookup isSelectAlias() {
      return SelectAliasLookup.UNSUPPORTED;
    }

    @Override
    public boolean isHavingAlias() {
      return false;
    }

    @Override
    public boolean shouldConvertRaggedUnionTypesToVarying() {
      return true;
    }

    @Override
    public boolean allowLenientCoercion() {
      return false;
    }
  }
}
