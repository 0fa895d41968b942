package dev.sluice.engine.query;

import org.jspecify.annotations.Nullable;

/**
 * A question as it was asked; null is the default.
 *
 * @param from an ISO instant, a duration back from now ({@code -15m}, {@code -PT15M}), {@code
 *     earliest} or {@code now} (default): event time
 * @param to the same without {@code earliest}; default: none, the query runs on
 * @param emit {@code final} (default) or {@code changes}
 * @param every a duration ({@code 250ms}, {@code 2s}): how often a group's early row is sent at
 *     most
 * @param after the id of the last event that was had: goes on after it; default: none
 * @param overflow {@code buffer} (default), {@code conflate} or {@code drop-oldest}: what becomes
 *     of rows that are not read in time
 * @param filling what silent groups of windows have
 * @param speed times real time at which what is past is played; default: as fast as can be
 */
public record QueryRequest(
    String sql,
    @Nullable String from,
    @Nullable String to,
    @Nullable String emit,
    @Nullable String every,
    @Nullable String after,
    @Nullable String overflow,
    Filling filling,
    @Nullable String speed) {

  /**
   * Rows of groups that are silent in a window.
   *
   * @param fill {@code null}, {@code previous} or {@code zero}: their aggregates; default: no row
   * @param fillFor for how long after its last event a group is expected: a number of windows, or a
   *     duration; default: 10 windows
   */
  public record Filling(@Nullable String fill, @Nullable String fillFor) {
    /** No row for who is silent. */
    public static final Filling NONE = new Filling(null, null);
  }

  /** One whose windows have rows of the groups that had events, and no others. */
  public QueryRequest(
      String sql,
      @Nullable String from,
      @Nullable String to,
      @Nullable String emit,
      @Nullable String every,
      @Nullable String after,
      @Nullable String overflow) {
    this(sql, from, to, emit, every, after, overflow, Filling.NONE, null);
  }

  /** The same after an event that was had. */
  public QueryRequest resumedAfter(String id) {
    return new QueryRequest(sql, from, to, emit, every, id, overflow, filling, speed);
  }

  /** One that begins anew and loses nothing. */
  public QueryRequest(
      String sql,
      @Nullable String from,
      @Nullable String to,
      @Nullable String emit,
      @Nullable String every) {
    this(sql, from, to, emit, every, null, null);
  }
}
