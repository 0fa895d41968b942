package dev.sluice.client;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Through which place everything is acked, in a file of two slots that are written in turns: if one
 * was being written when the machine died, the other holds the mark before it.
 */
final class AckMark {
  private static final int SLOT = Long.BYTES + Integer.BYTES;

  private final RandomAccessFile content;
  private final ByteBuffer slot = ByteBuffer.allocate(SLOT);
  private long mark;
  private int turn;

  private AckMark(Path file) throws IOException {
    this.content = new RandomAccessFile(file.toFile(), "rw");
  }

  static AckMark open(Path file) throws IOException {
    AckMark mark = new AckMark(file);
    mark.read();
    return mark;
  }

  private void read() throws IOException {
    for (int i = 0; i < 2; i++) {
      content.seek((long) i * SLOT);
      if (content.read(slot.array()) == SLOT) {
        long place = slot.getLong(0);
        if (slot.getInt(Long.BYTES) == sum() && place >= mark) {
          mark = place;
          turn = 1 - i;
        }
      }
    }
  }

  /** Every record before this place is acked. */
  long get() {
    return mark;
  }

  void set(long place) throws IOException {
    mark = place;
    slot.putLong(0, place).putInt(Long.BYTES, sum());
    content.seek((long) turn * SLOT);
    content.write(slot.array());
    turn = 1 - turn;
  }

  private int sum() {
    CRC32C sum = new CRC32C();
    sum.update(slot.array(), 0, Long.BYTES);
    // An empty slot's sum must not be right.
    return ~(int) sum.getValue();
  }

  void close() throws IOException {
    content.close();
  }
}
