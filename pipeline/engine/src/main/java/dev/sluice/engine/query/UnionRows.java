package dev.sluice.engine.query;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;

/**
 * Rows of one part of a UNION ALL, whose tokens say where their subscriber is in the others too.
 * Their bytes are those that all subscribers of the part have, but for the tokens.
 *
 * @param before what comes before the part's own in each token
 * @param after what comes after it
 */
record UnionRows(Told part, String before, String after) implements QueryEvent {
  private static final int SSE_TOKEN = "id: ".length();
  private static final int LINE_AFTER_TOKEN = "\"}".length();

  @Override
  public Kind kind() {
    return part.kind();
  }

  @Override
  public int rows() {
    return part.rows();
  }

  @Override
  public byte[] encoded(Format format) {
    byte[] rows = part.encoded(format);
    return switch (format) {
      case SSE, NDJSON_IDS -> withTokens(rows, format == Format.SSE);
      case NDJSON, JSON -> rows;
    };
  }

  private byte[] withTokens(byte[] rows, boolean sse) {
    byte[] first = before.getBytes(US_ASCII);
    byte[] last = after.getBytes(US_ASCII);
    ByteArrayOutputStream out =
        new ByteArrayOutputStream(rows.length + rows() * (first.length + last.length));
    int copied = 0;
    int line = 0;
    while (line < rows.length) {
      int end = indexOf(rows, '\n', line);
      // In a server-sent event the token is the first line, else it is the last member of the line.
      int token = sse ? line + SSE_TOKEN : lastIndexOf(rows, '"', end - LINE_AFTER_TOKEN) + 1;
      int tokenEnd = sse ? end : end - LINE_AFTER_TOKEN;
      out.write(rows, copied, token - copied);
      out.writeBytes(first);
      out.write(rows, token, tokenEnd - token);
      out.writeBytes(last);
      copied = tokenEnd;
      line = sse ? endOfEvent(rows, end) : end + 1;
    }
    out.write(rows, copied, rows.length - copied);
    return out.toByteArray();
  }

  /** Behind the empty line that ends it. */
  private static int endOfEvent(byte[] rows, int from) {
    int end = from;
    while (rows[end] != '\n' || rows[end + 1] != '\n') {
      end++;
    }
    return end + 2;
  }

  private static int indexOf(byte[] bytes, char one, int from) {
    int at = from;
    while (bytes[at] != one) {
      at++;
    }
    return at;
  }

  /** The last one before an index. */
  private static int lastIndexOf(byte[] bytes, char one, int end) {
    int at = end - 1;
    while (bytes[at] != one) {
      at--;
    }
    return at;
  }
}
