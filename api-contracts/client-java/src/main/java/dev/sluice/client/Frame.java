package dev.sluice.client;

import java.util.List;

/** Bytes that go out together and are acked together; they stay the same however often they go. */
final class Frame {
  final byte[] data;
  final List<Item> items;
  final int events;

  /** How often it was put on the wire. Guarded by the outbox. */
  int sent;

  /** How often the gateway asked for it again. Guarded by the outbox. */
  int retries;

  private Frame(byte[] data, List<Item> items, int events) {
    this.data = data;
    this.items = items;
    this.events = events;
  }

  static Frame of(Item wholeFrame) {
    return new Frame(wholeFrame.json, List.of(wholeFrame), wholeFrame.events);
  }

  /** Joins events to a JSON array. */
  static Frame of(List<Item> events) {
    int length = 1 + events.size();
    for (Item event : events) {
      length += event.json.length;
    }
    byte[] data = new byte[length];
    int at = 0;
    for (Item event : events) {
      data[at] = (byte) (at == 0 ? '[' : ',');
      System.arraycopy(event.json, 0, data, at + 1, event.json.length);
      at += event.json.length + 1;
    }
    data[at] = ']';
    return new Frame(data, List.copyOf(events), events.size());
  }
}
