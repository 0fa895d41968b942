package dev.sluice.views.delta;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic between the two stages. Numbers are big endian.
 *
 * <p>Records of one member and partition are in order: everything before a watermark is before the
 * {@link Watermarks} that tell it.
 */
public sealed interface Partial permits Delta, Watermarks {

  /** Of the view: its catalog's revision when it was defined. */
  long generation();

  /** The record's key; its first byte tells which record it is. */
  byte[] key();

  /** The record's value. */
  byte[] value();

  /**
   * @throws IllegalArgumentException it is no record of this topic
   */
  static Partial read(byte @Nullable [] key, byte @Nullable [] value) {
    if (key == null || value == null) {
      throw new IllegalArgumentException("a partial without a " + (key == null ? "key" : "value"));
    }
    try {
      ByteBuffer in = ByteBuffer.wrap(key);
      byte kind = in.get();
      long generation = in.getLong();
      byte[] rest = new byte[in.remaining()];
      in.get(rest);
      return switch (kind) {
        case Delta.KIND -> Delta.read(generation, rest, ByteBuffer.wrap(value));
        case Watermarks.KIND -> Watermarks.read(generation, rest, ByteBuffer.wrap(value));
        default -> throw new IllegalArgumentException("a partial of kind " + kind);
      };
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(
          "a partial that is cut off: " + key.length + " and " + value.length + " bytes", e);
    }
  }

  /**
   * The partition of a delta with this key: the same in every version, since the groups of a store
   * are where it says.
   *
   * @param partitions of the topic
   */
  static int partition(byte[] key, int partitions) {
    // The last step of MurmurHash3 spreads what the sum of Arrays.hashCode leaves in few bits.
    int hash = Arrays.hashCode(key);
    hash = (hash ^ (hash >>> 16)) * 0x85EBCA6B;
    hash = (hash ^ (hash >>> 13)) * 0xC2B2AE35;
    return Math.floorMod(hash ^ (hash >>> 16), partitions);
  }
}
