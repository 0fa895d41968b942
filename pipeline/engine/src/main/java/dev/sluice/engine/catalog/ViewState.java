package dev.sluice.engine.catalog;

import dev.sluice.model.problem.Problem;
import org.jspecify.annotations.Nullable;

/**
 * What a process of the pipeline says of a view, or several do together.
 *
 * @param generation of the view
 * @param behind whether one of them has not come to the end of what it reads for some seconds
 * @param failure why the view does not go on; null: it does
 * @param merged the second stage
 * @param tableLag records of its topic that its table does not have yet; null: none of them writes
 *     the table
 * @param webhookFailing why its webhook has not taken what it was told last; null: it has, or there
 *     is none
 */
public record ViewState(
    long generation,
    boolean behind,
    @Nullable Problem failure,
    Merged merged,
    @Nullable Long tableLag,
    @Nullable String webhookFailing) {

  /**
   * What is merged.
   *
   * @param partitions of the view's topic
   * @param closed up to which the windows of all of them are closed, ms of the epoch; {@link
   *     Long#MIN_VALUE} if those of one are not
   * @param groups held
   * @param bytes of heap that they take, about
   */
  public record Merged(int partitions, long closed, long groups, long bytes) {
    public static final Merged NONE = new Merged(0, Long.MAX_VALUE, 0, 0);

    public Merged with(Merged other) {
      return new Merged(
          partitions + other.partitions,
          Math.min(closed, other.closed),
          groups + other.groups,
          bytes + other.bytes);
    }
  }

  /** What both say of the same view. */
  ViewState with(ViewState other) {
    return new ViewState(
        generation,
        behind || other.behind,
        failure == null ? other.failure : failure,
        merged.with(other.merged),
        tableLag == null ? other.tableLag : Long.valueOf(tableLag + zero(other.tableLag)),
        webhookFailing == null ? other.webhookFailing : webhookFailing);
  }

  private static long zero(@Nullable Long lag) {
    return lag == null ? 0 : lag;
  }
}
