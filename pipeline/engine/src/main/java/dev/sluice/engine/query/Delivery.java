package dev.sluice.engine.query;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a computation has for its subscribers and has not handed over yet. Bounded by what comes of
 * one poll of the log, and by the groups of the windows that it closes, which were held anyway.
 *
 * <p>Only {@link #subscribers} is touched by more than the feeding thread.
 */
final class Delivery {
  private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();
  private final Deque<Consumer<Subscriber>> undelivered = new ArrayDeque<>();
  private final Supplier<Notice> atLimit;
  private long rows;

  /** Numbers what is delivered together. */
  private long burst;

  /**
   * @param atLimit what ends a subscription whose LIMIT is reached
   */
  Delivery(Supplier<Notice> atLimit) {
    this.atLimit = atLimit;
  }

  List<Subscriber> subscribers() {
    return subscribers;
  }

  /** Rows that were offered, to one subscriber or to several. */
  long rows() {
    return rows;
  }

  /** Has something offered to each subscriber. */
  void add(Consumer<Subscriber> offer) {
    undelivered.add(offer);
  }

  /** Has rows offered to each subscriber. */
  void add(RowChunk chunk) {
    rows += chunk.rows();
    add(subscriber -> offer(chunk, subscriber));
  }

  /** Has early rows offered to those who want them so often. */
  void add(RowChunk chunk, long everyMs) {
    rows += chunk.rows();
    add(
        subscriber -> {
          if (subscriber.everyMs() == everyMs) {
            offer(chunk, subscriber);
          }
        });
  }

  private void offer(RowChunk chunk, Subscriber subscriber) {
    if (subscriber.offer(chunk, burst)) {
      subscriber.end(atLimit.get());
    }
  }

  boolean isEmpty() {
    return undelivered.isEmpty();
  }

  /** Whether a subscriber has room. */
  boolean hasRoom() {
    return subscribers.stream().anyMatch(Subscriber::hasRoom);
  }

  /** Hands over for as long as a subscriber has room; returns whether one still has. */
  boolean whileRoom() {
    while (hasRoom()) {
      if (undelivered.isEmpty()) {
        return true;
      }
      burst++;
      subscribers.forEach(undelivered.remove());
    }
    return false;
  }

  /** Hands over everything; of a subscriber without room its own policy decides. */
  void all() {
    burst++;
    while (!undelivered.isEmpty()) {
      subscribers.forEach(undelivered.remove());
    }
  }
}
