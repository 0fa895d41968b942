package dev.sluice.engine.query;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question that is being answered, and the computations that answer it: one for all subscribers
 * who are equally far, more while some read the past.
 *
 * @param id of the plan and the question: the same on every gateway, and whenever it is asked
 * @param asked as whoever asked first did; others may have spelled it otherwise
 * @param sources names of the streams, views and tables that it reads
 * @param plan in canonical form: what equal questions have in common
 * @param computations oldest first
 */
public record RunningQuery(
    String id,
    Asked asked,
    List<String> sources,
    Map<String, String> plan,
    List<Running> computations) {
  public RunningQuery {
    sources = List.copyOf(sources);
    computations = List.copyOf(computations);
  }

  /**
   * The question.
   *
   * @param to event time before which its events are; null: it runs on
   */
  public record Asked(String sql, String emit, @Nullable Instant to) {}

  /**
   * One computation.
   *
   * @param watermark through which its rows are final; null if nothing was read yet
   * @param accounting empty if nothing was read yet
   * @param readers who reads it
   */
  public record Running(
      Instant started,
      Lag lag,
      @Nullable Instant watermark,
      Map<String, Object> accounting,
      Held held,
      List<Reader> readers) {
    public Running {
      readers = List.copyOf(readers);
    }
  }

  /**
   * What it has sent, and holds.
   *
   * @param rows sent since its start, early ones too; to each reader
   * @param rate rows a second, of late
   * @param eventRate events read a second, of late
   * @param bytes of heap, about
   */
  public record Held(long rows, double rate, double eventRate, int groups, long bytes) {}

  /**
   * A subscriber.
   *
   * @param every least time between two early rows of a group
   * @param fill bytes in its buffer
   * @param outbound bytes that wait in its connection
   * @param dropped rows that it has missed
   */
  public record Reader(
      String overflow, Duration every, int fill, int capacity, long outbound, long dropped) {}
}
