package dev.sluice.engine.sql;

/**
 * What a glance at the text tells, strings, quoted names and comments aside.
 *
 * @param blank whether nothing but blanks, comments and semicolons is there
 * @param depth how deep brackets are nested at most
 */
record SqlScan(boolean blank, int depth) {

  static SqlScan of(String sql) {
    boolean blank = true;
    int depth = 0;
    int deepest = 0;
    int i = 0;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      if (sql.startsWith("--", i)) {
        i = endOf(sql, "\n", i + 2);
      } else if (sql.startsWith("/*", i)) {
        i = endOf(sql, "*/", i + 2);
      } else if (c == '\'' || c == '"' || c == '`') {
        blank = false;
        i = endOf(sql, String.valueOf(c), i + 1);
      } else {
        blank &= Character.isWhitespace(c) || c == ';';
        depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
        deepest = Math.max(deepest, depth);
        i++;
      }
    }
    return new SqlScan(blank, deepest);
  }

  private static int endOf(String sql, String end, int from) {
    int at = sql.indexOf(end, from);
    return at < 0 ? sql.length() : at + end.length();
  }
}
