package dev.sluice.engine.sql;

import dev.sluice.engine.expression.Arithmetic;
import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.engine.expression.NumberFunctions;
import dev.sluice.engine.expression.TextFunctions;
import dev.sluice.engine.expression.TimeFunctions;
import dev.sluice.engine.expression.TimePart;
import dev.sluice.model.stream.FieldType;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/** Calls of functions, by their names, to ours. */
final class FunctionReader {
  private static final long SECOND_MS = 1_000;

  /** Functions of a time that are a part of it. */
  static final Map<String, TimePart> PARTS =
      Map.of(
          "YEAR", TimePart.YEAR,
          "QUARTER", TimePart.QUARTER,
          "MONTH", TimePart.MONTH,
          "WEEK", TimePart.WEEK,
          "DAYOFYEAR", TimePart.DOY,
          "DAYOFMONTH", TimePart.DAY,
          "HOUR", TimePart.HOUR,
          "MINUTE", TimePart.MINUTE,
          "SECOND", TimePart.SECOND);

  private final RexReader reader;

  FunctionReader(RexReader reader) {
    this.reader = reader;
  }

  /** Null if there is no function of that name. */
  @Nullable Expression read(String name, List<RexNode> nodes) {
    TimePart part = PARTS.get(name);
    if (part != null) {
      return TimeFunctions.extract(part, reader.read(nodes.get(0)), zone(nodes, 1));
    }
    return switch (name) {
      case "$NULL" -> Expressions.nullOf(FieldType.STRING);
      case "REGEXP_LIKE" ->
          TextFunctions.regexpLike(
              reader.read(nodes.get(0)), literal(nodes.get(1), "REGEXP_LIKE with a pattern"));
      case "JSON_VALUE" -> jsonValue(nodes);
      case "DAYOFWEEK" ->
          Expressions.arithmetic(
              Arithmetic.ADD,
              TimeFunctions.extract(TimePart.DOW, reader.read(nodes.get(0)), zone(nodes, 1)),
              Expressions.literal(1));
      case "DATE_TRUNC" ->
          TimeFunctions.floor(
              unit(literal(nodes.get(0), "DATE_TRUNC with a unit")),
              reader.read(nodes.get(1)),
              ZoneOffset.UTC);
      case "DATE_FLOOR" ->
          TimeFunctions.floor(
              unit(literal(nodes.get(0), "DATE_FLOOR with a unit")),
              reader.read(nodes.get(1)),
              zone(nodes, 2));
      case "AT_ZONE" -> TimeFunctions.at(reader.read(nodes.get(0)), zone(nodes, 1));
      case "EXTRACT" ->
          TimeFunctions.extract(
              part(flag(nodes.get(0))), reader.read(nodes.get(1)), ZoneOffset.UTC);
      case "TIMESTAMPADD" ->
          TimeFunctions.add(
              unit(flag(nodes.get(0))), reader.read(nodes.get(1)), reader.read(nodes.get(2)));
      case "TIMESTAMPDIFF" ->
          TimeFunctions.difference(
              unit(flag(nodes.get(0))), reader.read(nodes.get(1)), reader.read(nodes.get(2)));
      default -> plain(name, reader.read(nodes));
    };
  }

  /** Functions of values alone. */
  private static @Nullable Expression plain(String name, List<Expression> operands) {
    Expression first = operands.isEmpty() ? Expressions.TRUE : operands.get(0);
    return switch (name) {
      case "SUBSTRING" -> TextFunctions.substring(operands);
      case "REPLACE" -> TextFunctions.replace(operands);
      case "POSITION" -> TextFunctions.position(operands);
      case "LEFT" -> TextFunctions.left(operands);
      case "RIGHT" -> TextFunctions.right(operands);
      case "LPAD" -> TextFunctions.pad(name, operands, true);
      case "RPAD" -> TextFunctions.pad(name, operands, false);
      case "LTRIM" -> TextFunctions.trim(name, operands, true, false);
      case "RTRIM" -> TextFunctions.trim(name, operands, false, true);
      case "CONCAT" -> TextFunctions.concat(operands);
      case "SPLIT_INDEX" -> TextFunctions.splitIndex(operands);
      case "STARTS_WITH" -> TextFunctions.startsWith(operands);
      case "ENDS_WITH" -> TextFunctions.endsWith(operands);
      case "POWER" -> NumberFunctions.power(first, operands.get(1));
      case "SQRT" -> NumberFunctions.sqrt(first);
      case "EXP" -> NumberFunctions.exp(first);
      case "LN" -> NumberFunctions.ln(first);
      case "LOG10" -> NumberFunctions.log10(first);
      case "SIGN" -> NumberFunctions.sign(first);
      case "SIN" -> NumberFunctions.sin(first);
      case "COS" -> NumberFunctions.cos(first);
      case "TAN" -> NumberFunctions.tan(first);
      case "ASIN" -> NumberFunctions.asin(first);
      case "ACOS" -> NumberFunctions.acos(first);
      case "ATAN" -> NumberFunctions.atan(first);
      case "ATAN2" -> NumberFunctions.atan2(first, operands.get(1));
      case "DEGREES" -> NumberFunctions.degrees(first);
      case "RADIANS" -> NumberFunctions.radians(first);
      case "UNIX_MILLIS" -> TimeFunctions.toUnix(name, first, 1);
      case "UNIX_SECONDS" -> TimeFunctions.toUnix(name, first, SECOND_MS);
      case "TIMESTAMP_MILLIS" -> TimeFunctions.fromUnix(name, first, 1);
      case "TIMESTAMP_SECONDS" -> TimeFunctions.fromUnix(name, first, SECOND_MS);
      default -> null;
    };
  }

  private Expression jsonValue(List<RexNode> nodes) {
    return TextFunctions.jsonValue(
        reader.read(nodes.get(0)), literal(nodes.get(1), "JSON_VALUE with a path"));
  }

  private static String literal(RexNode node, String construct) {
    return RexLiterals.text(node, construct + " that is not a literal");
  }

  private static String flag(RexNode node) {
    return RexLiterals.value((RexLiteral) node, TimeUnitRange.class).name();
  }

  static TimePart part(String name) {
    try {
      return TimePart.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw RexReader.unsupported("the part " + name + " of a time");
    }
  }

  /** A unit to add or to cut at. */
  static TimePart unit(String name) {
    TimePart part = part(name);
    if (!part.isUnit()) {
      throw RexReader.unsupported("the unit " + name);
    }
    return part;
  }

  /** The literal at an index, if it is there; else UTC. */
  private static ZoneId zone(List<RexNode> nodes, int index) {
    if (nodes.size() <= index) {
      return ZoneOffset.UTC;
    }
    String zone = literal(nodes.get(index), "a time zone");
    try {
      return ZoneId.of(zone).normalized();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "a time zone must be like 'Europe/Berlin', 'UTC' or '+01:00': was '" + zone + "'", e);
    }
  }
}
