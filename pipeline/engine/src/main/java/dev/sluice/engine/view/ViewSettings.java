package dev.sluice.engine.view;

/**
 * What views are made with.
 *
 * @param partitions of a view that groups, and of the topic {@link #PARTIALS}, 1 to 48; where that
 *     topic is there it has been decided
 * @param maxListValues values of one group that LISTAGG or ARRAY_AGG may hold, 1 or more
 * @param maxWindows that an event may be in, 1 or more
 */
public record ViewSettings(int partitions, int maxListValues, int maxWindows) {
  public static final int DEFAULT_PARTITIONS = 4;

  /** The topic between the two stages of all views that group, partition by partition theirs. */
  public static final String PARTIALS = "sluice.partials";

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
