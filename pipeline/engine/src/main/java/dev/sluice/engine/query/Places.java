package dev.sluice.engine.query;

import dev.sluice.engine.resume.Offsets;
import dev.sluice.engine.resume.Place;
import dev.sluice.engine.resume.Place.InLog;
import dev.sluice.engine.resume.Place.InSessions;
import dev.sluice.engine.resume.Place.InTotal;
import dev.sluice.engine.resume.Place.InWindow;
import dev.sluice.model.event.EventBatch;

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
   * Of rows of events of one partition; an event may have several.
   *
   * @param before the cut before them all
   * @param offset of the event of each
   * @param number of each among its event's rows, from 0
   * @param next offset from which to go on after each: its event's, if another row of it follows
   * @param watermark there
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Logged(
      long from,
      Offsets before,
      int partition,
      long[] offset,
      int[] number,
      long[] next,
      long[] watermark)
      implements Places {

    /**
     * Of rows of a batch.
     *
     * @param rows of the batch, ascending; those of one event all together
     */
    static Logged of(long from, Offsets before, EventBatch batch, int[] rows, int count) {
      long[] offsets = batch.log().offset();
      long[] offset = new long[count];
      int[] number = new int[count];
      long[] next = new long[count];
      long[] watermark = new long[count];
      for (int i = 0; i < count; i++) {
        int row = rows[i];
        offset[i] = offsets[row];
        number[i] = i > 0 && offset[i - 1] == offset[i] ? number[i - 1] + 1 : 0;
        int after = row;
        if (i + 1 == count || offsets[rows[i + 1]] != offset[i]) {
          while (after < batch.size() && offsets[after] == offset[i]) {
            after++;
          }
        }
        boolean isLast = after == batch.size();
        next[i] = isLast ? batch.nextOffset() : offsets[after];
        watermark[i] = isLast ? batch.endWatermark() : batch.log().watermark()[after];
      }
      return new Logged(from, before, batch.partition(), offset, number, next, watermark);
    }

    @Override
    public Place after(int row) {
      long had = next[row] == offset[row] ? number[row] + 1 : 0;
      return new InLog(from, before.with(partition, next[row], watermark[row], had));
    }

    @Override
    public int had(Place place, int rows) {
      if (!(place instanceof InLog had)) {
        return 0;
      }
      long reached = had.at().offsets()[partition];
      long within = had.at().rows()[partition];
      int count = 0;
      while (count < rows
          && (offset[count] < reached || (offset[count] == reached && number[count] < within))) {
        count++;
      }
      return count;
    }
  }

  /** Of rows for somebody who has had more of other partitions than comes before them. */
  record Beyond(Places all, Place had) implements Places {
    @Override
    public Place after(int row) {
      return Place.furthest(had, all.after(row));
    }

    @Override
    public int had(Place place, int rows) {
      return all.had(place, rows);
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
