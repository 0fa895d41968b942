package dev.sluice.cli.file;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * A file to be read once, or standard input; unpacked if it is gzipped, without a byte order mark.
 */
public final class InputFile extends FilterInputStream {
  /** In the file's name: standard input. */
  public static final String STANDARD_INPUT = "-";

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /** How its rows are written down. */
  public enum Format {
    CSV,
    NDJSON
  }

  private final Counting packed;
  private final long size;
  private final Format format;

  private InputFile(InputStream content, Counting packed, long size, Format format) {
    super(content);
    this.packed = packed;
    this.size = size;
    this.format = format;
  }

  /**
   * Opens a file.
   *
   * @param name {@code -} is standard input; what ends in {@code .gz} is unpacked
   * @throws IOException if it cannot be read
   */
  public static InputFile open(String name) throws IOException {
    boolean standard = name.equals(STANDARD_INPUT);
    Path path = Path.of(name);
    Counting packed = new Counting(standard ? System.in : Files.newInputStream(path));
    InputStream plain = name.endsWith(".gz") ? new GZIPInputStream(packed, BUFFER_BYTES) : packed;
    BufferedInputStream content = new BufferedInputStream(plain, BUFFER_BYTES);
    skipByteOrderMark(content);
    return new InputFile(content, packed, standard ? -1 : Files.size(path), format(name, content));
  }

  private static void skipByteOrderMark(BufferedInputStream content) throws IOException {
    content.mark(BYTE_ORDER_MARK.length);
    for (byte expected : BYTE_ORDER_MARK) {
      if (content.read() != (expected & 0xFF)) {
        content.reset();
        return;
      }
    }
  }

  /** By the name; else what begins with a brace or bracket is JSON. */
  private static Format format(String name, BufferedInputStream content) throws IOException {
    String lower = name.toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    if (lower.endsWith(".csv")) {
      return Format.CSV;
    }
    if (lower.endsWith(".ndjson") || lower.endsWith(".jsonl") || lower.endsWith(".json")) {
      return Format.NDJSON;
    }
    content.mark(1);
    int first = content.read();
    content.reset();
    return first == '{' || first == '[' ? Format.NDJSON : Format.CSV;
  }

  /** By its name, or by how it begins. */
  public Format format() {
    return format;
  }

  /** Bytes, packed; negative if it is not known. */
  public long size() {
    return size;
  }

  /** Bytes read so far, packed. Safe to ask from any thread. */
  public long position() {
    return packed.count;
  }

  private static final class Counting extends FilterInputStream {
    private volatile long count;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      add(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = super.read(into, offset, length);
      add(Math.max(0, read));
      return read;
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // One thread reads the file.
    private void add(int more) {
      count += more;
    }
  }
}
