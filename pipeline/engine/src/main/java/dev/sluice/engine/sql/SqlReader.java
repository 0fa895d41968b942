package dev.sluice.engine.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.parser.babel.ParseException;
import org.apache.calcite.sql.parser.babel.SqlBabelParserImplConstants;
import org.apache.calcite.sql.parser.babel.Token;

/** Text to syntax tree: one statement of bounded length and depth. */
final class SqlReader {
  static final int MAX_BYTES = 65_536;

  /** Brackets within brackets: far more than anyone writes, far less than a stack holds. */
  static final int MAX_BRACKETS = 64;

  private static final Set<String> TIME_WORDS =
      Set.of(
          "time",
          "date",
          "timestamp",
          "interval",
          "second",
          "minute",
          "hour",
          "day",
          "month",
          "year",
          "value",
          "user",
          "position",
          "level",
          "start");

  /** Statements that Calcite's parser does not know either. */
  private static final Set<String> OTHER_STATEMENTS =
      Set.of(
          "DROP",
          "ALTER",
          "TRUNCATE",
          "GRANT",
          "REVOKE",
          "SHOW",
          "USE",
          "COPY",
          "BEGIN",
          "COMMIT",
          "ROLLBACK",
          "ANALYZE",
          "VACUUM",
          "LISTEN",
          "DECLARE",
          "PRAGMA");

  private static final Pattern PLACE = Pattern.compile(" at line \\d+, column \\d+");

  private SqlReader() {}

  /**
   * @param columns names of columns that there are, for advice
   */
  static SqlNode read(String sql, Collection<String> columns) {
    if (sql.length() > MAX_BYTES || sql.getBytes(UTF_8).length > MAX_BYTES) {
      throw Problem.of(
              ProblemCode.QUERY_TOO_LONG,
              "a query may be " + MAX_BYTES + " bytes long: was longer; shorten it")
          .toException();
    }
    requireText(sql);
    SqlScan scan = SqlScan.of(sql);
    if (scan.blank()) {
      throw Problem.of(
              ProblemCode.QUERY_MISSING, "there is no query: say SELECT … FROM a stream in \"sql\"")
          .toException();
    }
    if (scan.depth() > MAX_BRACKETS) {
      throw tooDeep("brackets are nested " + scan.depth() + " deep: at most " + MAX_BRACKETS);
    }
    SqlNode statement = only(parse(sql, columns));
    SqlSize.requireWithin(statement);
    return statement;
  }

  /** Half a surrogate pair would be taken for a question mark, and compared with those. */
  static String requireText(String text) {
    if (!UTF_8.newEncoder().canEncode(text)) {
      throw Problem.of(
              ProblemCode.QUERY_INVALID,
              "a query must be text: has half a surrogate pair; write the whole character")
          .toException();
    }
    return text;
  }

  static ProblemException tooDeep(String detail) {
    return Problem.of(ProblemCode.QUERY_UNSUPPORTED, detail + "; write it flatter").toException();
  }

  private static SqlNodeList parse(String sql, Collection<String> columns) {
    try {
      return SqlParser.create(sql, Dialect.PARSER).parseStmtList();
    } catch (SqlParseException e) {
      throw syntax(sql, columns, e);
    }
  }

  private static SqlNode only(SqlNodeList statements) {
    if (statements.size() != 1) {
      throw Unsupported.at(
          statements.get(1), "a second statement", "send one query, then the next");
    }
    return statements.get(0);
  }

  private static ProblemException syntax(
      String sql, Collection<String> columns, SqlParseException e) {
    if (e.getCause() instanceof StackOverflowError) {
      return tooDeep("the query is nested too deeply");
    }
    if (e.getPos() == null) {
      return Problem.of(ProblemCode.QUERY_SYNTAX, shortened(String.valueOf(e.getMessage())))
          .toException(e);
    }
    int line = Math.max(1, e.getPos().getLineNum());
    int column = Math.max(1, e.getPos().getColumnNum());
    String word = wordAt(sql, line, column);
    if (OTHER_STATEMENTS.contains(word.toUpperCase(Locale.ROOT)) && sql.strip().startsWith(word)) {
      throw Unsupported.at(e.getPos(), word.toUpperCase(Locale.ROOT), "a query is a SELECT");
    }
    String lower = word.toLowerCase(Locale.ROOT);
    boolean isName =
        !word.isEmpty()
            && (TIME_WORDS.contains(lower) || columns.stream().anyMatch(word::equalsIgnoreCase));
    String detail =
        isName
            ? "%s is a reserved word of SQL: if it is a column, put it in double quotes, \"%1$s\""
                .formatted(word)
            : detail(e);
    return Problem.at(ProblemCode.QUERY_SYNTAX, line, column, detail).toException(e);
  }

  private static String detail(SqlParseException e) {
    if (!(e.getCause() instanceof ParseException unexpected)) {
      return shortened(String.valueOf(e.getMessage()));
    }
    Token next = unexpected.currentToken.next;
    return next.kind == SqlBabelParserImplConstants.EOF
        ? "unexpected end of the query"
        : shortened("unexpected \"" + shown(next) + "\"");
  }

  /** A word, and the one after it if the parser has read so far: it may be that which is wrong. */
  private static String shown(Token word) {
    return word.next == null || word.next.kind == SqlBabelParserImplConstants.EOF
        ? word.image
        : word.image + " " + word.next.image;
  }

  /** A message without its place, which the problem has. */
  private static String shortened(String message) {
    String all = PLACE.matcher(message.strip()).replaceFirst("").replaceAll("\\s+", " ");
    return all.length() <= 300 ? all : all.substring(0, 299) + "…";
  }

  private static String wordAt(String sql, int line, int column) {
    String[] lines = sql.split("\r\n|\r|\n", -1);
    if (line > lines.length || column > lines[line - 1].length()) {
      return "";
    }
    Matcher word = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*").matcher(lines[line - 1]);
    return word.find(column - 1) && word.start() == column - 1 ? word.group() : "";
  }
}
