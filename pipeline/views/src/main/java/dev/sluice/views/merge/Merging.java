package dev.sluice.views.merge;

import dev.sluice.engine.plan.Session;
import dev.sluice.engine.plan.Window;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.views.delta.Delta;
import dev.sluice.views.delta.Watermarks;

/** One view in one partition. */
final class Merging {
  private final MergedGroups groups;
  private final RowWriter rows;
  private final boolean windowed;
  private final long gap;
  private final Progress progress;

  Merging(MergedView view, GroupStore store, RowWriter rows, Progress progress) {
    this.groups = MergedGroups.of(view, store, rows);
    this.rows = rows;
    Window window = view.grouping().window();
    this.windowed = window != null;
    this.gap = window instanceof Session session ? session.gap() : 0;
    this.progress = progress;
  }

  Progress progress() {
    return progress;
  }

  /**
   * Merges a delta into its group.
   *
   * @param time of its record, ms of the epoch
   */
  void take(Delta delta, long time) {
    if (delta.end() != Long.MAX_VALUE && delta.end() + gap <= progress.closed()) {
      throw Problem.of(
              ProblemCode.INTERNAL,
              "a delta came after its window had been closed: build the view again")
          .toException();
    }
    groups.add(delta, time);
  }

  /**
   * Notes how far its source has been read, and closes what ends before that.
   *
   * @param time of its record, ms of the epoch
   */
  void take(Watermarks told, long time) {
    progress.note(told.partitions(), told.watermarks());
    long least = progress.least();
    if (least > progress.closed()) {
      if (progress.closed() == Long.MIN_VALUE) {
        groups.begin(time);
      }
      groups.close(progress.closed(), least);
      progress.close(least);
      // A record without a key has no place in a compacted topic, and nothing waits for its totals.
      if (windowed && least >= 0) {
        rows.punctuate(least);
      }
    }
  }
}
