package dev.sluice.engine.sql;

import java.io.Reader;
import org.apache.calcite.sql.parser.babel.ParseException;
import org.apache.calcite.sql.parser.babel.SqlBabelParserImpl;
import org.apache.calcite.util.SourceStringReader;

/**
 * Babel's parser, without its list of all that could have come where the query is wrong: making it
 * takes tens of milliseconds, a hundred times as long as reading the query, and it is too long to
 * be shown.
 */
final class TerseParser extends SqlBabelParserImpl {
  private static final int[][] NO_LIST = new int[0][];

  private TerseParser(Reader reader) {
    super(reader);
  }

  static TerseParser of(Reader reader) {
    TerseParser parser = new TerseParser(reader);
    if (reader instanceof SourceStringReader source) {
      parser.setOriginalSql(source.getSourceString());
    }
    return parser;
  }

  @Override
  public ParseException generateParseException() {
    return new ParseException(token, NO_LIST, tokenImage);
  }
}
