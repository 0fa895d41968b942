package dev.sluice.engine.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.StringColumn;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a topic's records, as a column after the fields. One that is not UTF-8 has U+FFFD
 * where it is not.
 */
final class RecordKeys {
  private StringDictionary dictionary = new StringDictionary();
  private int[] codes = new int[0];
  private long[] nulls = new long[0];

  void begin(int rows) {
    codes = new int[rows];
    nulls = Bitmap.none(rows);
    if (dictionary.size() > StringDictionary.LIMIT) {
      dictionary = new StringDictionary();
    }
  }

  /** Sets the row, whatever was there. */
  void set(int row, byte @Nullable [] key) {
    if (key == null) {
      Bitmap.set(nulls, row);
      return;
    }
    nulls[row >> 6] &= ~(1L << row);
    byte[] text = isAscii(key) ? key : new String(key, UTF_8).getBytes(UTF_8);
    codes[row] = dictionary.code(text, 0, text.length);
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  Column column() {
    return new StringColumn(codes, dictionary.values(), dictionary.size(), nulls);
  }
}
