package dev.sluice.benchmark;

/** Finds the number in each row of a stream of bytes, however that is cut. */
final class Numbers {
  private static final byte[] BEFORE = {'"', 's', 'e', 'q', '"', ':'};
  private int matched;
  private long number;

  /** What is told of each number. */
  interface Found {
    /**
     * @param nanoTime when its bytes came
     */
    void arrived(long number, long nanoTime);
  }

  void read(byte[] bytes, int length, long nanoTime, Found found) {
    for (int i = 0; i < length; i++) {
      byte b = bytes[i];
      if (matched < BEFORE.length) {
        matched = b == BEFORE[matched] ? matched + 1 : b == BEFORE[0] ? 1 : 0;
      } else if (b >= '0' && b <= '9') {
        number = 10 * number + b - '0';
      } else {
        found.arrived(number, nanoTime);
        matched = 0;
        number = 0;
      }
    }
  }
}
