package dev.sluice.engine.log;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * How far a group has read a partition: all that it remembers of it.
 *
 * @param offset of the next record
 * @param watermark before that record, ms of the epoch; {@link Long#MIN_VALUE} if none yet
 * @param fates of the records before it that the group has read
 */
public record GroupPosition(long offset, long watermark, Fates fates) {
  /** The seven numbers, and before them what says that they are ours. */
  private static final Pattern METADATA =
      Pattern.compile("sluice/1" + " (-?[0-9]{1,19})".repeat(7));

  /** What is committed with the offset; text, so that Kafka's own tools show it. */
  public String metadata() {
    return LongStream.of(
            watermark,
            fates.undecodable(),
            fates.outside(),
            fates.duplicate(),
            fates.filtered(),
            fates.late(),
            fates.counted())
        .collect(() -> new StringBuilder("sluice/1"), GroupPosition::append, StringBuilder::append)
        .toString();
  }

  private static void append(StringBuilder text, long number) {
    text.append(' ').append(number);
  }

  /**
   * Reads what was committed. An offset that somebody else has set has no metadata of ours: it has
   * no watermark yet, and nothing was counted.
   */
  public static GroupPosition of(long offset, @Nullable String metadata) {
    Matcher numbers = METADATA.matcher(metadata == null ? "" : metadata);
    if (!numbers.matches()) {
      return new GroupPosition(offset, Long.MIN_VALUE, Fates.NONE);
    }
    try {
      long[] n =
          IntStream.rangeClosed(1, 7).mapToLong(i -> Long.parseLong(numbers.group(i))).toArray();
      return new GroupPosition(offset, n[0], new Fates(n[1], n[2], n[3], n[4], n[5], n[6]));
    } catch (NumberFormatException e) {
      return new GroupPosition(offset, Long.MIN_VALUE, Fates.NONE);
    }
  }
}
