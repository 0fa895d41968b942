package dev.sluice.client;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives each event a number under a field of its own. Numbers begin at the clock's microseconds, so
 * that those of an earlier process are not given again.
 */
final class Numbers {
  private final byte[] name;
  private final AtomicLong next;

  /**
   * @param millis of the epoch, now
   */
  Numbers(String field, long millis) {
    this.name = ("{" + Wire.JSON.writeValueAsString(field) + ":").getBytes(StandardCharsets.UTF_8);
    this.next = new AtomicLong(millis * 1_000);
  }

  byte[] number(byte[] event) {
    int brace = 0;
    while (brace < event.length && event[brace] != '{') {
      brace++;
    }
    if (brace == event.length) {
      // Not an event: the gateway says so.
      return event;
    }
    int first = brace + 1;
    while (first < event.length && event[first] <= ' ') {
      first++;
    }
    boolean empty = first < event.length && event[first] == '}';
    byte[] number =
        (next.getAndIncrement() + (empty ? "" : ",")).getBytes(StandardCharsets.US_ASCII);
    int rest = event.length - brace - 1;
    byte[] numbered = new byte[name.length + number.length + rest];
    System.arraycopy(name, 0, numbered, 0, name.length);
    System.arraycopy(number, 0, numbered, name.length, number.length);
    System.arraycopy(event, brace + 1, numbered, name.length + number.length, rest);
    return numbered;
  }
}
