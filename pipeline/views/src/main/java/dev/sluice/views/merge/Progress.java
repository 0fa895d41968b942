package dev.sluice.views.merge;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a view is in one partition.
 *
 * <pre>
 * [0][closed through i64]([watermark i64])*      it goes on
 * [1][length i32][code][detail]                  it has failed
 * </pre>
 */
final class Progress {
  private static final byte GOES_ON = 0;
  private static final byte HAS_FAILED = 1;

  private long[] watermarks;
  private long closed;
  private final @Nullable Problem problem;

  private Progress(long closed, long[] watermarks, @Nullable Problem problem) {
    this.closed = closed;
    this.watermarks = watermarks;
    this.problem = problem;
  }

  static Progress none() {
    return new Progress(Long.MIN_VALUE, new long[0], null);
  }

  static Progress failed(Problem why) {
    return new Progress(Long.MIN_VALUE, new long[0], why);
  }

  /**
   * Notes watermarks of partitions of its source; none goes back.
   *
   * @param partitions that the source has
   */
  void note(int partitions, Map<Integer, Long> told) {
    int known = watermarks.length;
    if (known < partitions) {
      watermarks = Arrays.copyOf(watermarks, partitions);
      Arrays.fill(watermarks, known, partitions, Long.MIN_VALUE);
    }
    told.forEach((p, watermark) -> watermarks[p] = Math.max(watermarks[p], watermark));
  }

  /** The least of all partitions, ms of the epoch; {@link Long#MIN_VALUE} if one has none yet. */
  long least() {
    return Arrays.stream(watermarks).min().orElse(Long.MIN_VALUE);
  }

  /** Up to which its windows are closed, ms of the epoch; {@link Long#MIN_VALUE} if none is. */
  long closed() {
    return closed;
  }

  void close(long through) {
    closed = through;
  }

  /** Why it does not go on; null if it does. */
  @Nullable Problem problem() {
    return problem;
  }

  byte[] write() {
    Problem why = problem;
    if (why != null) {
      byte[] code = why.code().name().getBytes(StandardCharsets.UTF_8);
      byte[] detail = why.detail().getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.allocate(1 + Integer.BYTES + code.length + detail.length)
          .put(HAS_FAILED)
          .putInt(code.length)
          .put(code)
          .put(detail)
          .array();
    }
    ByteBuffer out = ByteBuffer.allocate(1 + Long.BYTES * (1 + watermarks.length));
    out.put(GOES_ON).putLong(closed);
    for (long watermark : watermarks) {
      out.putLong(watermark);
    }
    return out.array();
  }

  static Progress read(byte[] written) {
    ByteBuffer in = ByteBuffer.wrap(written);
    if (in.get() == HAS_FAILED) {
      byte[] code = new byte[in.getInt()];
      in.get(code);
      String detail = StandardCharsets.UTF_8.decode(in).toString();
      ProblemCode known = ProblemCode.valueOf(new String(code, StandardCharsets.UTF_8));
      return failed(Problem.of(known, detail));
    }
    long closed = in.getLong();
    long[] watermarks = new long[in.remaining() / Long.BYTES];
    in.asLongBuffer().get(watermarks);
    return new Progress(closed, watermarks, null);
  }
}
