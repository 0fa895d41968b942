package dev.sluice.engine.sql;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlIntervalLiteral;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.calcite.sql.SqlUnknownLiteral;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Refuses the expressions that Sluice does not compute, by name and place. What it lets through by
 * mistake is refused by {@link RexReader}, which has no place to tell.
 */
final class ExpressionCheck {
  static final String ORDER_OF_EVENTS =
      "the order is that of the events: by time, then partition, then offset";

  /** Aggregates that take DISTINCT. */
  private static final Set<String> DISTINCT = Set.of("COUNT", "SUM", "AVG", "MIN", "MAX");

  private static final Set<String> CLOCKS =
      Set.of(
          "CURRENT_TIMESTAMP",
          "CURRENT_TIME",
          "CURRENT_DATE",
          "CURRENT_DATETIME",
          "LOCALTIMESTAMP",
          "LOCALTIME",
          "NOW",
          "GETDATE",
          "SYSDATE",
          "SYSTIMESTAMP");

  /** Functions that are called without brackets, so that they look like columns. */
  private static final Set<String> NILADIC =
      Set.of(
          "USER",
          "CURRENT_USER",
          "SESSION_USER",
          "SYSTEM_USER",
          "CURRENT_ROLE",
          "CURRENT_PATH",
          "CURRENT_CATALOG",
          "CURRENT_SCHEMA",
          "PI");

  private static final Set<SqlTypeName> CAST_TYPES =
      Set.of(
          SqlTypeName.BIGINT,
          SqlTypeName.INTEGER,
          SqlTypeName.SMALLINT,
          SqlTypeName.DOUBLE,
          SqlTypeName.FLOAT,
          SqlTypeName.BOOLEAN,
          SqlTypeName.VARCHAR,
          SqlTypeName.TIMESTAMP);

  /** Sluice's own names of types, and PostgreSQL's for text, which Calcite does not know. */
  private static final Map<String, SqlTypeName> OWN_TYPES =
      Map.of(
          "STRING", SqlTypeName.VARCHAR, "TEXT", SqlTypeName.VARCHAR, "LONG", SqlTypeName.BIGINT);

  private final Source source;

  ExpressionCheck(Source source) {
    this.source = source;
  }

  void checkGroupKey(SqlNode key) {
    if (key instanceof SqlCall call && Windows.KINDS.contains(key.getKind())) {
      Windows.checkGroupKey(source, key.getKind(), call);
    }
    check(key);
  }

  void check(@Nullable SqlNode node) {
    if (node == null || node instanceof SqlDataTypeSpec || node instanceof SqlIntervalQualifier) {
      return;
    }
    if (node instanceof SqlNodeList list) {
      list.forEach(this::check);
    } else if (node instanceof SqlLiteral literal) {
      literal(literal);
    } else if (node instanceof SqlIdentifier identifier) {
      identifier(identifier);
    } else if (node instanceof SqlCall call) {
      call(call);
    } else {
      throw Unsupported.kind(node, node.getKind());
    }
  }

  private void call(SqlCall call) {
    operator(call);
    if (call.getFunctionQuantifier() != null
        && call.getFunctionQuantifier().getValue() == SqlSelectKeyword.DISTINCT
        && !DISTINCT.contains(name(call))) {
      throw Unsupported.at(
          call, name(call) + "(DISTINCT …)", "COUNT, SUM, AVG, MIN and MAX take DISTINCT");
    }
    AggregateCheck.check(name(call), call);
    if (call instanceof SqlCase choice) {
      check(choice.getValueOperand());
      check(choice.getWhenOperands());
      check(choice.getThenOperands());
      check(choice.getElseOperand());
      return;
    }
    if (call.getKind() == SqlKind.AS) {
      check(call.operand(0));
      return;
    }
    call.getOperandList().forEach(this::check);
  }

  private static void operator(SqlCall call) {
    switch (call.getKind()) {
      case AS,
          PLUS,
          MINUS,
          TIMES,
          DIVIDE,
          MOD,
          PLUS_PREFIX,
          MINUS_PREFIX,
          EQUALS,
          NOT_EQUALS,
          LESS_THAN,
          LESS_THAN_OR_EQUAL,
          GREATER_THAN,
          GREATER_THAN_OR_EQUAL,
          AND,
          OR,
          NOT,
          CASE,
          BETWEEN,
          IS_NULL,
          IS_NOT_NULL,
          IS_TRUE,
          IS_NOT_TRUE,
          IS_FALSE,
          IS_NOT_FALSE,
          IS_UNKNOWN,
          FILTER,
          DESCENDING,
          NULLS_FIRST,
          NULLS_LAST -> {}
      case LIKE -> {
        if (!Set.of("LIKE", "NOT LIKE").contains(call.getOperator().getName())) {
          throw Unsupported.at(call, call.getOperator().getName(), "use LIKE of UPPER(…)");
        }
      }
      case IN, NOT_IN -> inList(call);
      case CAST -> cast(call);
      case WITHIN_GROUP -> throw Unsupported.at(call, "WITHIN GROUP", ORDER_OF_EVENTS);
      case EXISTS, SCALAR_QUERY, SELECT, ORDER_BY, WITH, UNION ->
          throw Unsupported.at(call, "a sub-query as a value", "sub-queries are for FROM");
      case IS_DISTINCT_FROM, IS_NOT_DISTINCT_FROM, OVER, DYNAMIC_PARAM, ROW, ITEM ->
          throw Unsupported.kind(call, call.getKind());
      default -> function(call);
    }
  }

  private static void function(SqlCall call) {
    String name = name(call);
    if (name.equals("||") || name.equals("IS NOT UNKNOWN")) {
      return;
    }
    if (CLOCKS.contains(name)) {
      throw clock(call, name);
    }
    if (name.equals(Functions.SPLIT)) {
      throw Unsupported.at(
          call, "SPLIT outside UNNEST", "write FROM …, UNNEST(SPLIT(text, ' ')) AS w(word)");
    }
    if (!Functions.NAMES.contains(name)) {
      throw switch (name) {
        case "ROW" -> Unsupported.at(call, "a row of values", "compare the columns one by one");
        default -> Unsupported.at(call, name, "");
      };
    }
    if (name.equals("JSON_VALUE") && call.operandCount() > 2) {
      throw Unsupported.at(
          call,
          "JSON_VALUE with RETURNING, ON EMPTY or ON ERROR",
          "it gives text, and NULL where there is no value: use CAST and COALESCE");
    }
    if (name.equals("COUNT") && call.operandCount() > 1) {
      throw Unsupported.at(call, "COUNT of several columns", "count one");
    }
  }

  private static RuntimeException clock(SqlNode node, String name) {
    return Unsupported.at(
        node,
        name,
        "a query's result must depend on its events alone, not on when it runs; set \"from\" and"
            + " \"to\"");
  }

  private static void inList(SqlCall call) {
    if (!(call.operand(1) instanceof SqlNodeList)) {
      throw Unsupported.at(
          call.operand(1), "a sub-query as a value", "list the values in brackets");
    }
  }

  private static void cast(SqlCall call) {
    if (!(call.operand(1) instanceof SqlDataTypeSpec type)) {
      throw Unsupported.at(call, "this CAST", "name a type");
    }
    if (call.operandCount() > 2) {
      throw Unsupported.at(call, "CAST … FORMAT", "leave FORMAT out");
    }
    SqlTypeName own = OWN_TYPES.get(type.getTypeName().toString().toUpperCase(Locale.ROOT));
    if (own != null) {
      SqlParserPos place = type.getParserPosition();
      call.setOperand(1, new SqlDataTypeSpec(new SqlBasicTypeNameSpec(own, place), place));
      return;
    }
    SqlTypeName name =
        type.getTypeNameSpec() instanceof SqlBasicTypeNameSpec basic
            ? SqlTypeName.get(basic.getTypeName().getSimple().toUpperCase(Locale.ROOT))
            : null;
    if (name == null || !CAST_TYPES.contains(name)) {
      throw Unsupported.at(
          type,
          "CAST to " + type.toString().replace("`", ""),
          "use one of BIGINT, INTEGER, SMALLINT, DOUBLE, BOOLEAN, VARCHAR, TIMESTAMP");
    }
    if (name == SqlTypeName.TIMESTAMP
        && type.getTypeNameSpec() instanceof SqlBasicTypeNameSpec basic
        && basic.getPrecision() >= 0
        && basic.getPrecision() != 3) {
      throw Unsupported.at(
          type,
          "CAST to " + type.toString().replace("`", ""),
          "a TIMESTAMP has milliseconds: leave it out");
    }
  }

  private static void literal(SqlLiteral literal) {
    if (literal instanceof SqlUnknownLiteral unknown) {
      if (!unknown.tag.equalsIgnoreCase("TIMESTAMP") && !unknown.tag.equalsIgnoreCase("TIME")) {
        throw Unsupported.at(literal, "a literal of " + unknown.tag, "use TIMESTAMP '…'");
      }
      return;
    }
    if (literal instanceof SqlIntervalLiteral) {
      return;
    }
    switch (literal.getTypeName()) {
      case DECIMAL,
          DOUBLE,
          CHAR,
          VARCHAR,
          BOOLEAN,
          NULL,
          SYMBOL,
          TIMESTAMP,
          TIME,
          BIGINT,
          INTEGER -> {}
      default ->
          throw Unsupported.at(
              literal,
              "a literal of " + literal.getTypeName(),
              "use a number, a text or TIMESTAMP");
    }
  }

  private void identifier(SqlIdentifier identifier) {
    if (!identifier.isSimple() || identifier.isComponentQuoted(0)) {
      return;
    }
    String name = identifier.getSimple().toUpperCase(Locale.ROOT);
    if (source.has(name)) {
      return;
    }
    if (CLOCKS.contains(name)) {
      throw clock(identifier, name);
    }
    if (NILADIC.contains(name)) {
      throw Unsupported.at(identifier, name, "");
    }
  }

  /** Upper-case name of the function or operator; Calcite's TUMBLE of GROUP BY has a $ before. */
  private static String name(SqlCall call) {
    String name = call.getOperator().getName().toUpperCase(Locale.ROOT);
    return name.startsWith("$") ? name.substring(1) : name;
  }
}
