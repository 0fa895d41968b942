package dev.sluice.engine.query;

import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.query.Operator.RowSink;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.engine.resume.Offsets;
import dev.sluice.engine.resume.Place.InTotal;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Cuts what an operator sends into chunks that know their places. */
final class RowSender implements RowSink {
  private final Computation computation;
  private final Tokens tokens;
  private final Consumer<RowChunk> target;
  private final StateBounds bounds;
  private long lastWindow = Long.MIN_VALUE;
  private long rowsOfLastWindow;
  private long filled;

  RowSender(Computation computation, Tokens tokens, StateBounds bounds, Consumer<RowChunk> target) {
    this.computation = computation;
    this.tokens = tokens;
    this.bounds = bounds;
    this.target = target;
  }

  /** Says that the watermark moves: what is filled in from here on is counted anew. */
  void watermarkMoves() {
    filled = 0;
  }

  @Override
  public void rows(
      Kind kind, Column[] keys, Column[] columns, int rows, long window, long @Nullable [] marked) {
    Places places =
        kind == Kind.UPDATE
            ? new Places.Early(computation.place(), window)
            : finalPlaces(window, rows);
    if (kind == Kind.ROW && marked != null) {
      filled += Arrays.stream(marked).map(Long::bitCount).sum();
      bounds.requireFilled(filled);
    }
    sendInChunks(new RowChunk(kind, columns, keys, rows, window, marked, places, tokens));
  }

  private Places finalPlaces(long window, int rows) {
    if (computation.place() instanceof InTotal total) {
      return new Places.Totalled(total);
    }
    long before = window == lastWindow ? rowsOfLastWindow : 0;
    lastWindow = window;
    rowsOfLastWindow = before + rows;
    return computation.plan().window() instanceof Session
        ? new Places.Ended(computation.placeInSessions(window), before)
        : new Places.Windowed(window, before);
  }

  @Override
  public void events(Column[] columns, EventBatch batch, Rows events) {
    int count = events.count();
    Offsets before = computation.reach().offsets();
    Places places = Places.Logged.of(computation.from(), before, batch, events.selected(), count);
    sendInChunks(
        new RowChunk(Kind.ROW, columns, null, count, Long.MAX_VALUE, null, places, tokens));
  }

  private void sendInChunks(RowChunk all) {
    if (all.rows() <= RowChunk.MAX_ROWS) {
      target.accept(all);
      return;
    }
    for (int start = 0; start < all.rows(); start += RowChunk.MAX_ROWS) {
      target.accept(all.part(start, Math.min(RowChunk.MAX_ROWS, all.rows() - start)));
    }
  }
}
