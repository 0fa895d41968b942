package dev.sluice.client;

import java.util.List;

/** Where what is handed to a device goes in, and waits for its ack: memory, or a disk before it. */
interface Intake {
  /** What became of an item on its way in. */
  enum Entry {
    TAKEN,
    /** No room; it enters by itself when there is. Only one item of a {@link Sending} waits. */
    WAITING,
    /** No room. */
    FULL
  }

  /**
   * Lets an item in if there is room.
   *
   * @throws SluiceException if the device takes no more, or could never hold the item
   */
  Entry add(Item item, boolean wait, long now);

  /** These have their acks, and those were handed on: their room is free. */
  void release(List<Item> items);

  void register(Sending<?> sending);

  /** The sending wants no more; what it handed over before is still sent. */
  void forget(Sending<?> sending);

  /** From now on nothing is let in, and what is here leaves without lingering. */
  void refuse(SluiceException reason);

  /**
   * The device has ended: memory is given up, a disk keeps what it has.
   *
   * @return whom to tell
   */
  List<Sending<?>> abandon(SluiceException reason);

  boolean isDrained();

  DeviceCounters counters();
}
