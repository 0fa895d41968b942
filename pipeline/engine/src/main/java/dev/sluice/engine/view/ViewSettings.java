package dev.sluice.engine.view;

/**
 * What views are made with.
 *
 * @param partitions of a view that groups, 1 to 48: the same in all processes, for ever
 * @param maxListValues values of one group that LISTAGG or ARRAY_AGG may hold, 1 or more
 * @param maxWindows that an event may be in, 1 or more
 */
public record ViewSettings(int partitions, int maxListValues, int maxWindows) {
  public static final int DEFAULT_PARTITIONS = 4;

  /** Everything at its default. */
  public static final ViewSettings DEFAULT = new ViewSettings(DEFAULT_PARTITIONS, 10_000, 1_000);

  private static final int MOST_PARTITIONS = 48;

  public ViewSettings {
    if (partitions < 1 || partitions > MOST_PARTITIONS) {
      throw new IllegalArgumentException(
          "sluice.views.partitions must be 1..48: was " + partitions);
    }
  }
}
