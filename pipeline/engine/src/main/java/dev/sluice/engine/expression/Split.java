package dev.sluice.engine.expression;

import dev.sluice.model.event.StringColumn;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The parts of a text, between separators: none of NULL or of an empty text, all of it where the
 * separator is empty, as PostgreSQL's string_to_array.
 *
 * @param text STRING
 */
public record Split(Expression text, String separator) {

  /**
   * The parts of some rows' texts.
   *
   * @param rowOf the row that each part is of, ascending; the first {@code count} entries count
   * @param texts the parts
   */
  @SuppressWarnings("ArrayRecordComponent") // the arrays are the point; they are never compared
  public record Parts(int[] rowOf, StringColumn texts, int count) {}

  /** Evaluates for the selected rows. */
  public Parts of(Rows rows) {
    StringColumn texts = (StringColumn) text.evaluate(rows);
    Rows live = Nulls.skip(rows, texts.nulls());
    byte[] between = separator.getBytes(StandardCharsets.UTF_8);
    StringDictionary dictionary = new StringDictionary();
    int[] rowOf = new int[Math.max(16, live.count())];
    int[] codes = new int[rowOf.length];
    int count = 0;
    for (int i = 0; i < live.count(); i++) {
      int row = live.selected()[i];
      byte[] value = texts.value(row);
      int from = 0;
      while (from >= 0 && value.length > 0) {
        int end = between.length == 0 ? -1 : Text.indexOf(value, between, from);
        if (count == rowOf.length) {
          rowOf = Arrays.copyOf(rowOf, 2 * count);
          codes = Arrays.copyOf(codes, 2 * count);
        }
        rowOf[count] = row;
        codes[count++] =
            dictionary.code(Arrays.copyOfRange(value, from, end < 0 ? value.length : end));
        from = end < 0 ? -1 : end + between.length;
      }
    }
    return new Parts(rowOf, dictionary.column(codes, null), count);
  }

  @Override
  public String toString() {
    return "SPLIT(" + text + ", " + Expressions.literal(separator) + ")";
  }
}
