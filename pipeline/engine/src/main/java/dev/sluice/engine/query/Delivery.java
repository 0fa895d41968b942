package dev.sluice.engine.query;

import dev.sluice.engine.query.Conflation.Held;
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
  private final Deque<Runnable> undelivered = new ArrayDeque<>();
  private final Conflation conflation = new Conflation();
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
    then(() -> subscribers.forEach(offer));
  }

  /** Has something done once all that was added before is handed over. */
  void then(Runnable step) {
    undelivered.add(step);
  }

  /** Has rows offered to each subscriber. */
  void add(RowChunk chunk) {
    rows += chunk.rows();
    Held held = conflation.hold(chunk);
    add(subscriber -> offer(chunk, held, subscriber));
  }

  /**
   * Has early rows offered to those who want them so often.
   *
   * @param theirs of all that they are offered
   */
  void add(RowChunk chunk, Conflation theirs, long everyMs) {
    rows += chunk.rows();
    Held held = theirs.hold(chunk);
    add(
        subscriber -> {
          if (subscriber.everyMs() == everyMs) {
            offer(chunk, held, subscriber);
          }
        });
  }

  private void offer(RowChunk chunk, Held held, Subscriber subscriber) {
    if (subscriber.offer(chunk, held, burst)) {
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
      undelivered.remove().run();
    }
    return false;
  }

  /** Hands over everything; of a subscriber without room its own policy decides. */
  void all() {
    burst++;
    while (!undelivered.isEmpty()) {
      undelivered.remove().run();
    }
  }
}
