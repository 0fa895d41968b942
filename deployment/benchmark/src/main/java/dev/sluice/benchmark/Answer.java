package dev.sluice.benchmark;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** An answer in NDJSON as its bytes come: its rows are counted, its last line is kept. */
final class Answer {
  private static final int KIND_AT = 2;

  private final boolean wholly;
  private final ByteArrayOutputStream all = new ByteArrayOutputStream();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private String last = "";
  private int rows;

  /**
   * @param wholly whether every row is kept, and compared
   */
  Answer(boolean wholly) {
    this.wholly = wholly;
  }

  void add(byte[] bytes, int length) {
    if (wholly) {
      all.write(bytes, 0, length);
    }
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '\n') {
        line.write(bytes, start, i - start);
        endLine();
        start = i + 1;
      }
    }
    line.write(bytes, start, length - start);
  }

  private void endLine() {
    byte[] bytes = line.toByteArray();
    line.reset();
    byte kind = bytes.length > KIND_AT ? bytes[KIND_AT] : 0;
    if (kind == 'r' || kind == 'u') {
      rows++;
    } else {
      last = new String(bytes, StandardCharsets.UTF_8);
    }
  }

  void check(Expected expected) throws WrongCount {
    expected.checkEnd(last);
    WrongCount.check("rows", expected.rows(), rows);
    if (wholly) {
      expected.checkRows(all.toString(StandardCharsets.UTF_8).lines().toList());
    }
  }
}
