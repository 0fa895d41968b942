package dev.sluice.engine.expression;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.model.event.StringColumn;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.FieldType;

/**
 * What is computed once for each text of a batch, however many rows it is in, where all else is
 * constant. {@link TextFunctions} are computed row by row.
 */
public final class TextOperators {
  private TextOperators() {}

  public static Expression upper(Expression value) {
    return stringMap("UPPER(", value, ")", Text::upper);
  }

  public static Expression lower(Expression value) {
    return stringMap("LOWER(", value, ")", Text::lower);
  }

  /** Without the characters of a set at its start, its end or both. */
  public static Expression trim(Expression value, String set, boolean start, boolean end) {
    String after = ", " + Expressions.literal(set) + ", " + start + ", " + end + ")";
    return stringMap("TRIM(", value, after, text -> Text.trim(text, set, start, end));
  }

  /**
   * Characters from a place on.
   *
   * @param start 1-based; places before 1 are empty
   * @param length at least 0; {@link Long#MAX_VALUE}: to the end
   */
  public static Expression substring(Expression value, long start, long length) {
    return stringMap(
        "SUBSTRING(",
        value,
        ", " + start + ", " + length + ")",
        text -> Text.substring(text, start, length));
  }

  public static Expression concat(Expression left, Expression right) {
    Expressions.require(left.type() == FieldType.STRING, "||", left.type());
    Expressions.require(right.type() == FieldType.STRING, "||", right.type());
    if (Expressions.isNullLiteral(left) || Expressions.isNullLiteral(right)) {
      return Expressions.nullOf(FieldType.STRING);
    }
    if (right instanceof Literal literal) {
      byte[] end = bytes(literal);
      return stringMap("(", left, " || " + literal + ")", text -> Concat.join(text, end));
    }
    if (left instanceof Literal literal) {
      byte[] start = bytes(literal);
      return stringMap("(" + literal + " || ", right, ")", text -> Concat.join(start, text));
    }
    return new Concat(left, right);
  }

  public static Expression charLength(Expression value) {
    Expressions.require(value.type() == FieldType.STRING, "CHAR_LENGTH", value.type());
    return Expressions.strict(new CharLength(value), value);
  }

  /**
   * LIKE.
   *
   * @param escape one character, or empty for none
   * @throws ProblemException QUERY_INVALID if a literal pattern ends with the escape character
   */
  public static Expression like(Expression value, Expression pattern, String escape) {
    Expressions.require(value.type() == FieldType.STRING, "LIKE", value.type());
    Expressions.require(pattern.type() == FieldType.STRING, "LIKE", pattern.type());
    if (Expressions.isNullLiteral(value) || Expressions.isNullLiteral(pattern)) {
      return Expressions.nullOf(FieldType.BOOLEAN);
    }
    byte[] escapeBytes = escape.getBytes(UTF_8);
    return pattern instanceof Literal literal
        ? Expressions.strict(new LiteralLike(value, bytes(literal), escapeBytes), value)
        : new Like(value, pattern, escapeBytes);
  }

  private static Expression stringMap(
      String before, Expression value, String after, StringFunction function) {
    Expressions.require(value.type() == FieldType.STRING, before, value.type());
    return Expressions.strict(new StringMap(before, value, after, function), value);
  }

  private static byte[] bytes(Literal literal) {
    return ((StringColumn) literal.single()).value(0);
  }
}
