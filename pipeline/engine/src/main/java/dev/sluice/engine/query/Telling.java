package dev.sluice.engine.query;

import dev.sluice.engine.resume.Place;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Says how far a computation is: once a second while there is news, else every 15 s. */
final class Telling {
  private static final long NEWS_EVERY_MS = 1_000;
  private static final long HEARTBEAT_MS = 15_000;

  private final Computation computation;
  private final Delivery delivery;
  private final Tokens tokens;
  private Supplier<Lag> lag = () -> new Lag(Lag.State.CATCHING_UP, null, null);
  private volatile @Nullable Progress progress;
  private long toldAt;
  private long toldRead = -1;
  private long toldWatermark = Long.MIN_VALUE;
  private volatile long dueAt;

  Telling(Computation computation, Delivery delivery, Tokens tokens) {
    this.computation = computation;
    this.delivery = delivery;
    this.tokens = tokens;
  }

  /**
   * @param source asked in the computation's turn
   */
  void lagBy(Supplier<Lag> source) {
    lag = source;
  }

  /** How far it was when it last said so; null if it has not begun. Any thread. */
  @Nullable Progress progress() {
    return progress;
  }

  /** Whether {@link #tick} has something to do. Any thread. */
  boolean isDue(long nowMs) {
    return nowMs >= dueAt;
  }

  /** Tells one subscriber how far the query is. */
  void greet(Subscriber subscriber) {
    subscriber.offer(notice(lag.get()), computation.place());
  }

  /** What it tells next is news, whatever was read. */
  void renew() {
    toldRead = -1;
  }

  /** Tells all subscribers, if it is time. */
  void tick(long nowMs) {
    long read = computation.accounting().read();
    long watermark = computation.watermark();
    boolean news = read != toldRead || watermark != toldWatermark;
    if (nowMs - toldAt >= (news ? NEWS_EVERY_MS : HEARTBEAT_MS)) {
      Lag behind = lag.get();
      Notice notice = notice(behind);
      Place place = computation.place();
      progress = computation.progress(progress, nowMs, behind);
      delivery.add(subscriber -> subscriber.offer(notice, place));
      toldAt = nowMs;
      toldRead = read;
      toldWatermark = watermark;
      news = false;
    }
    dueAt = toldAt + (news ? NEWS_EVERY_MS : HEARTBEAT_MS);
  }

  private Notice notice(Lag behind) {
    return Notice.watermark(Standing.of(computation, behind))
        .at(tokens.at(computation.place(), Tokens.NO_LIMIT));
  }
}
