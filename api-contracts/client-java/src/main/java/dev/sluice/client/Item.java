package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * What was handed over in one piece, an event or a frame of the caller's making, until it is acked.
 */
final class Item {
  final byte[] json;
  final int events;
  final boolean wholeFrame;
  final @Nullable Sending<?> owner;
  final long index;

  /** The item's place on the disk, if it is there. Set before others see the item. */
  long place;

  /** Nanoseconds on the scheduler's clock; set when the item is let into the buffer. */
  long taken;

  private Item(
      byte[] json, int events, boolean wholeFrame, @Nullable Sending<?> owner, long index) {
    this.json = json;
    this.events = events;
    this.wholeFrame = wholeFrame;
    this.owner = owner;
    this.index = index;
  }

  static Item event(byte[] json, @Nullable Sending<?> owner, long index) {
    return new Item(json, 1, false, owner, index);
  }

  static Item frame(byte[] json, @Nullable Sending<?> owner, long index) {
    return new Item(json, Wire.events(json), true, owner, index);
  }
}
