package dev.sluice.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of a disk buffer: a magic, then records, each {@code length, CRC-32C, kind, bytes}; the
 * sum covers kind and bytes. It is named after the place of its first record. What does not have
 * its length or its sum was being written when the process died, and nothing after it counts.
 *
 * <p>Not by a {@code FileChannel}: one closes for good under the thread that is interrupted at it,
 * and any thread may hand an event over.
 */
final class Segment {
  static final int RECORD_HEADER = 9;
  static final byte EVENT = 0;
  static final byte FRAME = 1;

  private static final byte[] MAGIC = "SLUICE01".getBytes(StandardCharsets.US_ASCII);
  private static final String SUFFIX = ".segment";

  private final Path file;
  private final RandomAccessFile content;
  private final ByteBuffer header = ByteBuffer.allocate(RECORD_HEADER);
  private final long first;
  private long records;
  private long size;

  /** What was put in by one hand-over. */
  record Entry(byte[] json, boolean wholeFrame) {
    long size() {
      return RECORD_HEADER + (long) json.length;
    }
  }

  private Segment(Path file, long first) throws IOException {
    this.file = file;
    this.content = new RandomAccessFile(file.toFile(), "rw");
    this.first = first;
  }

  static boolean isOne(Path file) {
    return file.getFileName().toString().matches("\\d{19}\\.segment");
  }

  /** Makes one; if it cannot, there is none. */
  static Segment create(Path directory, long first) throws IOException {
    Segment segment = new Segment(directory.resolve("%019d%s".formatted(first, SUFFIX)), first);
    try {
      segment.begin();
    } catch (IOException full) {
      try {
        segment.delete();
      } catch (IOException e) {
        full.addSuppressed(e);
      }
      throw full;
    }
    return segment;
  }

  /** Opens one that is there, and cuts off what is torn. */
  static Segment recover(Path file) throws IOException {
    String name = file.getFileName().toString();
    long first = Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
    Segment segment = new Segment(file, first);
    segment.recover();
    return segment;
  }

  private void begin() throws IOException {
    content.setLength(0);
    write(MAGIC, 0);
    size = MAGIC.length;
  }

  private void recover() throws IOException {
    byte[] magic = new byte[MAGIC.length];
    if (!read(magic, 0) || !Arrays.equals(magic, MAGIC)) {
      begin();
      return;
    }
    size = MAGIC.length;
    long end = content.length();
    for (Entry entry = read(size, end); entry != null; entry = read(size, end)) {
      size += entry.size();
      records++;
    }
    content.setLength(size);
  }

  /** The place of its first record among all that the directory ever took. */
  long first() {
    return first;
  }

  /** The place after its last record. */
  long end() {
    return first + records;
  }

  long size() {
    return size;
  }

  boolean isEmpty() {
    return records == 0;
  }

  static long start() {
    return MAGIC.length;
  }

  /**
   * Appends all of it; if it cannot, the file is as it was before.
   *
   * @param force whether it must be on the disk then
   */
  void append(Entry entry, boolean force) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(RECORD_HEADER + entry.json.length);
    byte kind = entry.wholeFrame ? FRAME : EVENT;
    record.putInt(entry.json.length).putInt(sum(kind, entry.json)).put(kind).put(entry.json);
    try {
      write(record.array(), size);
      if (force) {
        force();
      }
    } catch (IOException full) {
      try {
        content.setLength(size);
      } catch (IOException e) {
        full.addSuppressed(e);
      }
      throw full;
    }
    size += entry.size();
    records++;
  }

  /** The record at an offset; null if it is not whole. */
  @Nullable Entry read(long offset) throws IOException {
    return read(offset, size);
  }

  private @Nullable Entry read(long offset, long end) throws IOException {
    if (offset + RECORD_HEADER > end || !read(header.array(), offset)) {
      return null;
    }
    header.clear();
    int length = header.getInt();
    int sum = header.getInt();
    byte kind = header.get();
    if (length < 0 || offset + RECORD_HEADER + length > end) {
      return null;
    }
    byte[] json = new byte[length];
    boolean whole = read(json, offset + RECORD_HEADER) && sum == sum(kind, json);
    return whole ? new Entry(json, kind == FRAME) : null;
  }

  private static int sum(byte kind, byte[] json) {
    CRC32C sum = new CRC32C();
    sum.update(kind);
    sum.update(json);
    return (int) sum.getValue();
  }

  private boolean read(byte[] into, long offset) throws IOException {
    content.seek(offset);
    try {
      content.readFully(into);
      return true;
    } catch (EOFException shorter) {
      return false;
    }
  }

  private void write(byte[] bytes, long offset) throws IOException {
    content.seek(offset);
    content.write(bytes);
  }

  /** Any thread. */
  void force() throws IOException {
    content.getFD().sync();
  }

  void close() throws IOException {
    content.close();
  }

  void delete() throws IOException {
    close();
    Files.deleteIfExists(file);
  }
}
