package dev.sluice.views.table;

/**
 * How far a table has one partition of its view's topic.
 *
 * @param next offset of the next record
 * @param watermark before it, ms of the epoch; {@link Long#MIN_VALUE} for none
 */
record Progress(long next, long watermark) {
  static final Progress NONE = new Progress(0, Long.MIN_VALUE);
}
