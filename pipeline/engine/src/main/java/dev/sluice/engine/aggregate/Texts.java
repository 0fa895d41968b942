package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.StringColumn;
import org.jspecify.annotations.Nullable;

/** Columns of UTF-8 texts. */
final class Texts {
  /** Bytes of heap that a text takes beside its own: a reference and an array's head. */
  static final int OVERHEAD = 24;

  private static final byte[] NONE = new byte[0];

  private Texts() {}

  /** A column of these; null is NULL. */
  static Column column(byte[] @Nullable [] texts) {
    int[] codes = new int[texts.length];
    byte[][] dictionary = new byte[texts.length][];
    long[] nulls = Bitmap.none(texts.length);
    for (int i = 0; i < texts.length; i++) {
      byte[] text = texts[i];
      codes[i] = i;
      dictionary[i] = text == null ? NONE : text;
      if (text == null) {
        Bitmap.set(nulls, i);
      }
    }
    return new StringColumn(codes, dictionary, dictionary.length, nulls);
  }
}
