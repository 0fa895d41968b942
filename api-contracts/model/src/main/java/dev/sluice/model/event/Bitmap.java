package dev.sluice.model.event;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bitmaps of rows: bit {@code row % 64} of word {@code row / 64}; a null bitmap has no row. */
public final class Bitmap {
  private Bitmap() {}

  public static boolean get(long @Nullable [] bitmap, int row) {
    return bitmap != null && (bitmap[row >> 6] & (1L << row)) != 0;
  }

  public static void set(long[] bitmap, int row) {
    bitmap[row >> 6] |= 1L << row;
  }

  /** A bitmap of no rows with room for {@code rows}. */
  public static long[] none(int rows) {
    return new long[(rows + 63) >> 6];
  }

  /** The rows of either; null if neither has any. */
  public static long @Nullable [] or(long @Nullable [] a, long @Nullable [] b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    long[] both = Arrays.copyOf(a, Math.max(a.length, b.length));
    for (int i = 0; i < b.length; i++) {
      both[i] |= b[i];
    }
    return both;
  }
}
