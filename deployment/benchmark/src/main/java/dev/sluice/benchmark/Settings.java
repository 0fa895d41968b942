package dev.sluice.benchmark;

import java.util.List;

/**
 * The size of a run.
 *
 * @param connections of devices; 1 to 1,000
 * @param frameEvents events in a frame; 1 to 10,000
 * @param devices different keys; 1 to 1,000,000
 * @param rounds measured rounds of each contender; 1 to 100
 * @param warmUps rounds of each contender that do not count; 0 to 100
 * @param many of the benchmark with many queries
 * @param stalled of the benchmark with stalled subscribers
 * @param view of the benchmark of views
 * @param serverJvm further options of the server's JVM
 */
record Settings(
    int connections,
    int frameEvents,
    int devices,
    int rounds,
    int warmUps,
    Amounts amounts,
    Many many,
    Stalled stalled,
    View view,
    List<String> serverJvm) {

  /**
   * What is kept.
   *
   * @param groups of a window, one benchmark after the other
   */
  record View(List<Integer> groups) {
    View {
      groups = List.copyOf(groups);
    }
  }

  /**
   * What there is to bear for those who do not stall.
   *
   * @param subscribers who read nothing
   * @param rate events a second: about half of what the machine can take
   * @param seconds length of a round
   */
  record Stalled(int subscribers, int rate, int seconds) {}

  /**
   * How much many queries have to do.
   *
   * @param queries how many, one after the other
   * @param rate events a second
   * @param seconds how long, each
   */
  record Many(List<Integer> queries, int rate, int seconds) {
    Many {
      queries = List.copyOf(queries);
    }
  }

  /**
   * How much goes through.
   *
   * @param ingest events of a round of the ingest benchmark; a multiple of {@code frameEvents}
   * @param replay events in the log that the replay benchmark reads
   * @param latencyRate events a second of the latency benchmark
   * @param latencySeconds length of one of its rounds
   */
  record Amounts(int ingest, int replay, int latencyRate, int latencySeconds) {}

  Settings {
    within("--connections", connections, 1, 1_000);
    within("--frame", frameEvents, 1, 10_000);
    within("--devices", devices, 1, 1_000_000);
    within("--rounds", rounds, 1, 100);
    within("--warm-ups", warmUps, 0, 100);
    within("--events", amounts.ingest, frameEvents, 5_000_000);
    within("--log", amounts.replay, frameEvents, 50_000_000);
    within("--rate", amounts.latencyRate, frameEvents, 1_000_000);
    within("--seconds", amounts.latencySeconds, 1, 600);
    many.queries.forEach(count -> within("--queries", count, 1, 10_000));
    within("--many-rate", many.rate, frameEvents, 1_000_000);
    within("--many-seconds", many.seconds, 1, 600);
    within("--stalled", stalled.subscribers, 0, 5_000);
    within("--stalled-rate", stalled.rate, frameEvents, 1_000_000);
    within("--stalled-seconds", stalled.seconds, 1, 3_600);
    view.groups.forEach(count -> within("--groups", count, 1, 1_000_000));
    serverJvm = List.copyOf(serverJvm);
  }

  /** The same with as many rounds. */
  Settings of(Rounds of) {
    return new Settings(
        connections,
        frameEvents,
        devices,
        of.measured(),
        of.warmUps(),
        amounts,
        many,
        stalled,
        view,
        serverJvm);
  }

  /** The same with what the benchmark of the stalled says of rate and length. */
  Settings ofStalled() {
    Amounts own = new Amounts(amounts.ingest, amounts.replay, stalled.rate, stalled.seconds);
    return new Settings(
        connections, frameEvents, devices, rounds, warmUps, own, many, stalled, view, serverJvm);
  }

  private static void within(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          option + " must be " + least + ".." + most + ": was " + value);
    }
  }
}
