package dev.sluice.model.event;

import dev.sluice.model.stream.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * STRING: a code per row into a dictionary of distinct UTF-8 values.
 *
 * <p>Batches of one reader share a growing dictionary, so equal arrays mean equal codes. Only
 * entries below {@code distinct} may be read.
 *
 * @param codes the index in {@code dictionary} per row
 * @param dictionary the distinct values, UTF-8
 * @param distinct how many entries of {@code dictionary} this column may name
 * @param rowsByCode its rows by their codes
 */
@SuppressWarnings("ArrayRecordComponent") // the arrays are the point; columns are never compared
public record StringColumn(
    int[] codes, byte[][] dictionary, int distinct, long @Nullable [] nulls, RowsByCode rowsByCode)
    implements Column {

  public StringColumn(int[] codes, byte[][] dictionary, int distinct, long @Nullable [] nulls) {
    this(codes, dictionary, distinct, nulls, new RowsByCode());
  }

  @Override
  public FieldType type() {
    return FieldType.STRING;
  }

  /** The UTF-8 bytes at a row that is not null. Not a copy. */
  public byte[] value(int row) {
    return dictionary[codes[row]];
  }
}
