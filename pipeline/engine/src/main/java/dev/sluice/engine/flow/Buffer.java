package dev.sluice.engine.flow;

import java.util.function.LongSupplier;

/**
 * A boundary between two speeds, as it is to be seen. What it supplies is quick and asked for on
 * any thread.
 *
 * @param policy what happens when it is full, for people
 * @param dropped what was turned away or thrown out since the start
 * @param waited what had to wait because it was full, since the start
 */
public record Buffer(Label label, Room room, String policy, Count dropped, Count waited) {

  /** One that drops nothing and lets nobody wait, until it is said what. */
  public Buffer(Label label, Room room, String policy) {
    this(label, room, policy, Count.NONE, Count.NONE);
  }

  /** The same, which drops. */
  public Buffer dropping(String unit, LongSupplier count) {
    return new Buffer(label, room, policy, new Count(unit, count), waited);
  }

  /** The same, which lets wait. */
  public Buffer waiting(String unit, LongSupplier count) {
    return new Buffer(label, room, policy, dropped, new Count(unit, count));
  }

  /**
   * How much is in it, and how much may be.
   *
   * @param unit of both: bytes, frames, batches …
   */
  public record Room(String unit, LongSupplier fill, LongSupplier capacity) {

    /** Room that is always the same. */
    public Room(String unit, LongSupplier fill, long capacity) {
      this(unit, fill, () -> capacity);
    }
  }

  /**
   * Something counted.
   *
   * @param unit empty: nothing is ever counted
   */
  public record Count(String unit, LongSupplier count) {
    static final Count NONE = new Count("", () -> 0);
  }
}
