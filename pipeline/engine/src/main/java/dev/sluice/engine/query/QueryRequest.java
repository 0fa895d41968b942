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
 */
public record QueryRequest(
    String sql,
    @Nullable String from,
    @Nullable String to,
    @Nullable String emit,
    @Nullable String every,
    @Nullable String after,
    @Nullable String overflow) {

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
