package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * What an answer consists of: {@link Row}s, {@link Watermark}s, {@link Gap}s, and its {@link End}.
 */
public sealed interface QueryEvent
    permits Row, QueryEvent.Watermark, QueryEvent.Gap, QueryEvent.End, Broken {
  /** Where another subscription goes on after this event; null if only a later one's place is. */
  @Nullable String token();

  /**
   * Everything before a time is final; at most one a second, at least one in 15 s.
   *
   * @param watermark an ISO instant; null if nothing was read yet
   */
  record Watermark(@Nullable String watermark, @Nullable String token) implements QueryEvent {}

  /**
   * Rows that this subscriber missed, as its overflow policy wanted.
   *
   * @param reason stable, for programs
   * @param detail for people
   */
  record Gap(long rows, String reason, String detail, @Nullable String token)
      implements QueryEvent {}

  /**
   * Nothing follows.
   *
   * @param reason {@code to} or {@code limit}
   */
  record End(String reason, @Nullable String token) implements QueryEvent {}
}
