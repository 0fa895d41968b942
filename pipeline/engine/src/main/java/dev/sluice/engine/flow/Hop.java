package dev.sluice.engine.flow;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The way from one place to the next: what has come by, how long it took, and how it stands. */
public final class Hop {
  private final Label label;
  private final Map<String, LongAdder> counts = new LinkedHashMap<>();
  private final Map<String, LongSupplier> states = new LinkedHashMap<>();
  private @Nullable Latency latency;

  public Hop(Label label) {
    this.label = label;
  }

  /** One of all streams. */
  public Hop(Stage stage, String name) {
    this(Label.of(stage, name));
  }

  public Label label() {
    return label;
  }

  /**
   * A counter of what comes by. To be asked for before the hop is registered, as all of it.
   *
   * @param unit frames, events, bytes …
   */
  public LongAdder counting(String unit) {
    return counts.computeIfAbsent(unit, any -> new LongAdder());
  }

  /**
   * How long it takes.
   *
   * @param what from where to where, for people
   */
  public Latency timing(String what) {
    Latency taken = new Latency(what);
    latency = taken;
    return taken;
  }

  /** Adds how it stands now, in a number. */
  public Hop state(String name, LongSupplier now) {
    states.put(name, now);
    return this;
  }

  /** Counters by their unit. */
  public Map<String, LongAdder> counts() {
    return counts;
  }

  public Map<String, LongSupplier> states() {
    return states;
  }

  /** Null if none is taken. */
  public @Nullable Latency latency() {
    return latency;
  }
}
