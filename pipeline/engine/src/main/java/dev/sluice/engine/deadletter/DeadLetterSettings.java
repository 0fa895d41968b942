package dev.sluice.engine.deadletter;

/**
 * How many letters are kept and how many ask for them.
 *
 * @param most offsets of a stream's topic that are kept; beyond them the oldest go. 1,000 to
 *     10,000,000, each a byte of memory while somebody asks
 * @param streams that are remembered at a time; 1 to 10,000
 * @param threads that read; 1 to 64
 * @param waiting that may wait for a thread; 1 to 100,000
 */
public record DeadLetterSettings(long most, int streams, int threads, int waiting) {
  public static final DeadLetterSettings DEFAULT = new DeadLetterSettings(1_000_000, 64, 2, 256);

  public DeadLetterSettings {
    within("most", most, 1_000, 10_000_000);
    within("streams", streams, 1, 10_000);
    within("threads", threads, 1, 64);
    within("waiting", waiting, 1, 100_000);
  }

  private static void within(String setting, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "sluice.dead-letters." + setting + " must be " + least + ".." + most + ": was " + value);
    }
  }
}
