package dev.sluice.model.event;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a STRING column by their codes, for many readers who each look for one value. Made
 * when some have asked, and then shared by all. Any thread.
 */
public final class RowsByCode {
  private static final int ROW_BITS = 13;
  private static final int ROW = (1 << ROW_BITS) - 1;
  private static final int MOST_CODES = 1 << (Integer.SIZE - 1 - ROW_BITS);

  /** Making it costs about as much as so many readers who go through all rows. */
  private static final int WORTH_IT = 5;

  private int asked;
  private volatile int @Nullable [] sorted;

  /**
   * Writes the rows that have a code and are not null, ascending.
   *
   * @param column that this belongs to
   * @param size rows of its batch
   * @return how many; -1 if it is better to go through the rows
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // about so many
  public int rows(StringColumn column, int size, int code, int[] into) {
    if (size > EventBatch.MAX_ROWS || column.distinct() > MOST_CODES) {
      return -1;
    }
    int[] keys = sorted;
    if (keys == null) {
      if (++asked < WORTH_IT) {
        return -1;
      }
      keys = keys(column, size);
      sorted = keys;
    }
    int place = Arrays.binarySearch(keys, code << ROW_BITS);
    int count = 0;
    for (int i = place < 0 ? -place - 1 : place;
        i < keys.length && keys[i] >> ROW_BITS == code;
        i++) {
      into[count++] = keys[i] & ROW;
    }
    return count;
  }

  private static int[] keys(StringColumn column, int size) {
    int[] keys = new int[size];
    int count = 0;
    for (int row = 0; row < size; row++) {
      if (!Bitmap.get(column.nulls(), row)) {
        keys[count++] = column.codes()[row] << ROW_BITS | row;
      }
    }
    Arrays.sort(keys, 0, count);
    return count == size ? keys : Arrays.copyOf(keys, count);
  }
}
