package dev.sluice.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of a disk buffer: a magic, then records, each {@code length, CRC-32C, kind, bytes}; the
 * sum covers kind and bytes. It is named after the place of its first record. What does not have
 * its length or its sum was being written when the process died, and nothing after it counts.
 */
final class Segment {
  static final int RECORD_HEADER = 9;
  static final byte EVENT = 0;
  static final byte FRAME = 1;

  private static final byte[] MAGIC = "SLUICE01".getBytes(StandardCharsets.US_ASCII);
  private static final String SUFFIX = ".segment";

  private final Path file;
  private final FileChannel channel;
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

  private Segment(Path file, FileChannel channel, long first) {
    this.file = file;
    this.channel = channel;
    this.first = first;
  }

  static boolean isOne(Path file) {
    return file.getFileName().toString().matches("\\d{19}\\.segment");
  }

  static Segment create(Path directory, long first) throws IOException {
    Path file = directory.resolve("%019d%s".formatted(first, SUFFIX));
    Segment segment = new Segment(file, open(file, StandardOpenOption.CREATE_NEW), first);
    segment.begin();
    return segment;
  }

  /** Opens one that is there, and cuts off what is torn. */
  static Segment recover(Path file) throws IOException {
    String name = file.getFileName().toString();
    long first = Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
    Segment segment = new Segment(file, open(file), first);
    segment.recover();
    return segment;
  }

  private static FileChannel open(Path file, StandardOpenOption... more) throws IOException {
    StandardOpenOption[] options = new StandardOpenOption[more.length + 2];
    options[0] = StandardOpenOption.READ;
    options[1] = StandardOpenOption.WRITE;
    System.arraycopy(more, 0, options, 2, more.length);
    return FileChannel.open(file, options);
  }

  private void begin() throws IOException {
    channel.truncate(0);
    write(ByteBuffer.wrap(MAGIC), 0);
    size = MAGIC.length;
  }

  private void recover() throws IOException {
    ByteBuffer magic = ByteBuffer.allocate(MAGIC.length);
    if (!read(magic, 0) || !magic.flip().equals(ByteBuffer.wrap(MAGIC))) {
      begin();
      return;
    }
    size = MAGIC.length;
    long end = channel.size();
    for (Entry entry = read(size, end); entry != null; entry = read(size, end)) {
      size += entry.size();
      records++;
    }
    channel.truncate(size);
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

  /** Appends all of it; if it cannot, the file is as it was before. */
  void append(Entry entry) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(RECORD_HEADER + entry.json.length);
    byte kind = entry.wholeFrame ? FRAME : EVENT;
    bytes.putInt(entry.json.length).putInt(sum(kind, entry.json)).put(kind).put(entry.json);
    try {
      write(bytes.flip(), size);
    } catch (IOException full) {
      channel.truncate(size);
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
    header.clear();
    if (offset + RECORD_HEADER > end || !read(header, offset)) {
      return null;
    }
    header.flip();
    int length = header.getInt();
    int sum = header.getInt();
    byte kind = header.get();
    if (length < 0 || offset + RECORD_HEADER + length > end) {
      return null;
    }
    byte[] json = new byte[length];
    boolean whole = read(ByteBuffer.wrap(json), offset + RECORD_HEADER) && sum == sum(kind, json);
    return whole ? new Entry(json, kind == FRAME) : null;
  }

  private static int sum(byte kind, byte[] json) {
    CRC32C sum = new CRC32C();
    sum.update(kind);
    sum.update(json);
    return (int) sum.getValue();
  }

  private boolean read(ByteBuffer into, long offset) throws IOException {
    long at = offset;
    while (into.hasRemaining()) {
      int read = channel.read(into, at);
      if (read < 0) {
        return false;
      }
      at += read;
    }
    return true;
  }

  private void write(ByteBuffer bytes, long offset) throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  void force() throws IOException {
    channel.force(false);
  }

  void close() throws IOException {
    channel.close();
  }

  void delete() throws IOException {
    close();
    Files.deleteIfExists(file);
  }
}
