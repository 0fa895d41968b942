package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.resume.Offsets;
import dev.sluice.engine.resume.Place;
import dev.sluice.engine.resume.Place.InLog;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.EventBatch.LogColumns;
import dev.sluice.model.event.EventBatch.Undecodable;
import org.junit.jupiter.api.Test;

/** Places among the rows of events: three of the one at 5, one of that at 6, two of that at 8. */
class PlacesTest {
  private static final long[] OFFSETS = {5, 5, 5, 6, 8, 8};
  private static final long[] WATERMARKS = {50, 50, 50, 60, 80, 80};
  private static final Offsets BEFORE = new Offsets(new long[] {3, 5}, new long[] {30, 50});
  private static final EventBatch BATCH =
      new EventBatch(
          1,
          5,
          11,
          6,
          new Column[0],
          new LogColumns(OFFSETS, OFFSETS, OFFSETS, WATERMARKS, null, null),
          110,
          new Undecodable(new long[0], new long[0]));
  private static final Places ALL = logged(0, 1, 2, 3, 4, 5);

  private static Places logged(int... rows) {
    return Places.Logged.of(0, BEFORE, BATCH, rows, rows.length);
  }

  private static Place at(long offset, long watermark, long had) {
    return new InLog(0, BEFORE.with(1, offset, watermark, had));
  }

  @Test
  void placeIsAtAnEventUntilItsLastRow() {
    assertThat(ALL.after(0)).isEqualTo(at(5, 50, 1));
    assertThat(ALL.after(1)).isEqualTo(at(5, 50, 2));
    assertThat(ALL.after(2)).isEqualTo(at(6, 60, 0));
    assertThat(ALL.after(3)).isEqualTo(at(8, 80, 0));
    assertThat(ALL.after(4)).isEqualTo(at(8, 80, 1));
    assertThat(ALL.after(5)).isEqualTo(at(11, 110, 0));
  }

  @Test
  void rowsThatAreNoResultDoNotCount() {
    Places some = logged(1, 2, 4);

    assertThat(some.after(0)).isEqualTo(at(5, 50, 1));
    assertThat(some.after(1)).isEqualTo(at(6, 60, 0));
    assertThat(some.after(2)).isEqualTo(at(11, 110, 0));
  }

  @Test
  void whoIsAtAPlaceHasHadTheRowsBeforeIt() {
    for (int row = 0; row < 6; row++) {
      assertThat(ALL.had(ALL.after(row), 6)).isEqualTo(row + 1);
    }
    assertThat(ALL.had(new InLog(0, BEFORE), 6)).isZero();
  }

  @Test
  void whatWasHadOfAnotherPartitionIsKept() {
    InLog had = new InLog(0, BEFORE.with(0, 9, 90, 4));
    Places beyond = new Places.Beyond(ALL, had);

    assertThat(beyond.after(3)).isEqualTo(new InLog(0, had.at().with(1, 8, 80, 0)));
    assertThat(beyond.after(0)).isEqualTo(new InLog(0, had.at().with(1, 5, 50, 1)));
  }
}
