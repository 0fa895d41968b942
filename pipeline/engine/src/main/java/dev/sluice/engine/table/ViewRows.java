package dev.sluice.engine.table;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.expression.Condition;
import dev.sluice.model.event.EventBatch;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The rows that views have in tables. */
public interface ViewRows {
  /** Of whom no stream is a view with a table. */
  ViewRows NONE =
      new ViewRows() {
        @Override
        public boolean has(CatalogStream stream) {
          return false;
        }

        @Override
        public Mono<Boolean> reaches(Wanted wanted) {
          return Mono.just(false);
        }

        @Override
        public Reading read(Wanted wanted) {
          throw new IllegalArgumentException(wanted.stream().definition().name() + " has no table");
        }
      };

  /** Whether a stream is a view with a table, by what the catalog says now. Never waits. */
  boolean has(CatalogStream stream);

  /** Whether a view's table has everything that is asked for; false if it cannot be asked. */
  Mono<Boolean> reaches(Wanted wanted);

  /** Reads what a view's table has. Nothing happens before {@link Reading#begin}. */
  Reading read(Wanted wanted);

  /**
   * What is asked for.
   *
   * @param stream a view that has a table
   * @param condition holds of every row that is asked for; null if nothing is known. More rows may
   *     be given
   * @param from event time at which rows begin, ms of the epoch; {@link Long#MIN_VALUE} for any
   * @param to event time before which rows are, ms of the epoch; {@link Long#MAX_VALUE} for any
   * @param offsets of each partition, from which on; more may be given
   * @param earliest whether it may begin where the table does, should that have lost what was
   *     before
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Wanted(
      CatalogStream stream,
      @Nullable Condition condition,
      long from,
      long to,
      long[] offsets,
      boolean earliest) {

    /** The rest of it, of which nothing may be left out. */
    public Wanted goingOn(long[] positions) {
      return new Wanted(stream, condition, from, to, positions.clone(), false);
    }
  }

  /** A table as of one moment, on its way. Begun and taken by one thread at a time. */
  interface Reading extends AutoCloseable {

    /**
     * Begins to read.
     *
     * @param onReady called once, on another thread, when the first rows are there, or it is known
     *     that there are none, or that the table cannot be read
     */
    void begin(Runnable onReady);

    /**
     * How far the table has the log; null while {@link #begin} is not ready, and if the table
     * cannot be read, or not for this question.
     */
    @Nullable Extent extent();

    /**
     * What has come of the rows that were asked for, partition after partition, each in the order
     * of its offsets, and after them for each partition where the table ends; empty if nothing came
     * in time. Blocks.
     *
     * @throws RuntimeException the table cannot be read any more; what was given is good
     */
    List<EventBatch> poll(Duration timeout);

    /** Whether everything was given. */
    boolean isExhausted();

    /** Lets go of it. Any thread. */
    @Override
    void close();
  }

  /**
   * How far a table has the log.
   *
   * @param next offset after the last record of each partition that the table has
   * @param whole offset from which on it has all of each partition
   * @param replaces whether a row replaces an earlier one of its key
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Extent(long[] next, long[] whole, boolean replaces) {}
}
