package dev.sluice.engine.aggregate;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes in the making: numbers big-endian, byte strings behind their lengths. */
final class StateWriter {
  private ByteBuffer bytes = ByteBuffer.allocate(64);

  StateWriter putByte(int value) {
    room(Byte.BYTES).put((byte) value);
    return this;
  }

  StateWriter putInt(int value) {
    room(Integer.BYTES).putInt(value);
    return this;
  }

  StateWriter putLong(long value) {
    room(Long.BYTES).putLong(value);
    return this;
  }

  StateWriter putDouble(double value) {
    room(Double.BYTES).putDouble(value);
    return this;
  }

  StateWriter putBytes(byte[] value) {
    room(Integer.BYTES + value.length).putInt(value.length).put(value);
    return this;
  }

  /** What {@link #putBytes} wrote. */
  static byte[] bytes(ByteBuffer in) {
    byte[] value = new byte[in.getInt()];
    in.get(value);
    return value;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private ByteBuffer room(int more) {
    if (bytes.remaining() < more) {
      int capacity = Math.max(2 * bytes.capacity(), bytes.position() + more);
      bytes = ByteBuffer.allocate(capacity).put(bytes.flip());
    }
    return bytes;
  }
}
