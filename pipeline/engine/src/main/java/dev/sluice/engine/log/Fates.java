package dev.sluice.engine.log;

/**
 * What became of a partition's records, each counted once, by the first that applies: {@code read =
 * undecodable + outside + duplicate + filtered + late + counted}.
 */
public record Fates(
    long undecodable, long outside, long duplicate, long filtered, long late, long counted) {
  /** Of nothing. */
  public static final Fates NONE = new Fates(0, 0, 0, 0, 0, 0);

  public long read() {
    return undecodable + outside + duplicate + filtered + late + counted;
  }

  /** Of what both have read. */
  public Fates plus(Fates other) {
    return new Fates(
        undecodable + other.undecodable,
        outside + other.outside,
        duplicate + other.duplicate,
        filtered + other.filtered,
        late + other.late,
        counted + other.counted);
  }
}
