package dev.sluice.engine.query;

import dev.sluice.engine.resume.Offsets;
import dev.sluice.engine.resume.Place;
import dev.sluice.engine.resume.Place.InLog;
import dev.sluice.engine.resume.Place.InSessions;
import dev.sluice.engine.resume.Place.InTotal;
import dev.sluice.engine.resume.Place.InWindow;

/** Where a subscriber is after each row of a chunk. */
interface Places {

  Place after(int row);

  /** How many of the first {@code rows} somebody at a place has had. */
  int had(Place place, int rows);

  private static int clamp(long value, int rows) {
    return (int) Math.max(0, Math.min(rows, value));
  }

  /**
   * Of a window's final rows.
   *
   * @param before rows of the window that come before these
   */
  record Windowed(long window, long before) implements Places {
    @Override
    public Place after(int row) {
      return new InWindow(window, before + row + 1);
    }

    @Override
    public int had(Place place, int rows) {
      if (!(place instanceof InWindow had) || had.window() < window) {
        return 0;
      }
      return had.window() > window ? rows : clamp(had.rows() - before, rows);
    }
  }

  /**
   * Of the final rows of sessions that end at the same time.
   *
   * @param first the place before all rows with this end
   * @param before rows with this end that come before these
   */
  record Ended(InSessions first, long before) implements Places {
    @Override
    public Place after(int row) {
      return new InSessions(first.first(), first.from(), first.end(), before + row + 1);
    }

    @Override
    public int had(Place place, int rows) {
      if (!(place instanceof InSessions had) || had.end() < first.end()) {
        return 0;
      }
      return had.end() > first.end() ? rows : clamp(had.rows() - before, rows);
    }
  }

  /**
   * Of events of one partition that are a row each.
   *
   * @param before the cut before them all
   * @param offset of each
   * @param next offset from which to go on after each
   * @param watermark there
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Logged(
      long from, Offsets before, int partition, long[] offset, long[] next, long[] watermark)
      implements Places {
    @Override
    public Place after(int row) {
      return new InLog(from, before.with(partition, next[row], watermark[row]));
    }

    @Override
    public int had(Place place, int rows) {
      if (!(place instanceof InLog had)) {
        return 0;
      }
      int count = 0;
      while (count < rows && offset[count] < had.at().offsets()[partition]) {
        count++;
      }
      return count;
    }
  }

  /**
   * Of a running total's final rows.
   *
   * @param first the place before them all
   */
  record Totalled(InTotal first) implements Places {
    @Override
    public Place after(int row) {
      return new InTotal(first.from(), first.begin(), first.rows() + row + 1);
    }

    @Override
    public int had(Place place, int rows) {
      return place instanceof InTotal had ? clamp(had.rows() - first.rows(), rows) : 0;
    }
  }

  /**
   * Of early rows: the place is that after the last final one.
   *
   * @param window start of the window that they are of, for sessions its end; {@link
   *     Long#MAX_VALUE} where there is none
   */
  record Early(Place last, long window) implements Places {
    @Override
    public Place after(int row) {
      return last;
    }

    @Override
    public int had(Place place, int rows) {
      boolean over =
          place instanceof InWindow had
              ? window < had.window()
              : place instanceof InSessions sessions && window < sessions.end();
      return over ? rows : 0;
    }
  }

  /**
   * Of some rows of a chunk.
   *
   * @param rows ascending
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Some(Places all, int[] rows) implements Places {
    @Override
    public Place after(int row) {
      return all.after(rows[row]);
    }

    @Override
    public int had(Place place, int count) {
      int had = count == 0 ? 0 : all.had(place, rows[count - 1] + 1);
      int some = 0;
      while (some < count && rows[some] < had) {
        some++;
      }
      return some;
    }
  }
}
