package dev.sluice.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** A question's settings; each has a default, which is the gateway's. */
public final class SluiceQueryBuilder extends ClientBuilder<SluiceQueryBuilder> {
  private static final int PREFETCH = 8;

  private final Map<String, Object> question = new LinkedHashMap<>();
  private int prefetch = PREFETCH;

  /** Which rows come. */
  public enum Emit {
    /** Final ones alone. */
    FINAL,
    /** Early ones of open windows too. */
    CHANGES
  }

  /** What becomes of rows that are not read in time. */
  public enum Overflow {
    /** None is lost: the answer is broken off, and goes on there when there is demand again. */
    BUFFER("buffer"),
    /** The newest of each group is kept. */
    CONFLATE("conflate"),
    /** The oldest go. */
    DROP_OLDEST("drop-oldest");

    private final String name;

    Overflow(String name) {
      this.name = name;
    }
  }

  SluiceQueryBuilder(String host, int port, String sql) {
    super(host, port);
    question.put("sql", sql);
    question.put("ids", true);
  }

  @Override
  SluiceQueryBuilder self() {
    return this;
  }

  private SluiceQueryBuilder set(String name, Object value) {
    question.put(name, value);
    return this;
  }

  /** Event time to begin at: an instant, a duration back ({@code -15m}), earliest or now. */
  public SluiceQueryBuilder from(String time) {
    return set("from", time);
  }

  /** Event time to end at; without it the answer goes on. */
  public SluiceQueryBuilder to(String time) {
    return set("to", time);
  }

  /** Which rows come; by default final ones. */
  public SluiceQueryBuilder emit(Emit rows) {
    return set("emit", rows == Emit.FINAL ? "final" : "changes");
  }

  /** How often a group's early row comes at most; default 250 ms. */
  public SluiceQueryBuilder every(Duration time) {
    return set("every", time.toMillis() + "ms");
  }

  /** What becomes of rows that are not read in time; by default none is lost. */
  public SluiceQueryBuilder overflow(Overflow policy) {
    return set("overflow", policy.name);
  }

  /** Goes on after the event with this token, of any earlier answer to the same question. */
  public SluiceQueryBuilder after(String token) {
    return set("after", token);
  }

  /**
   * How many payloads, each of a row or several that left together, are asked for ahead of the
   * demand; default 8.
   *
   * @param payloads 1 or more
   */
  public SluiceQueryBuilder prefetch(int payloads) {
    if (payloads < 1) {
      throw new IllegalArgumentException("prefetch must be 1.. payloads: was " + payloads);
    }
    prefetch = payloads;
    return this;
  }

  /** The question; nothing is asked before its answer is subscribed to. */
  public SluiceQuery build() {
    return new SluiceQuery(Map.copyOf(question), line(), prefetch);
  }
}
