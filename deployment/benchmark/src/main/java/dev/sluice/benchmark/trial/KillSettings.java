package dev.sluice.benchmark.trial;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a trial does.
 *
 * @param directory where everything is: of its own
 * @param load what is sent
 * @param faults what happens meanwhile
 * @param brokers of Kafka; 1 or more
 * @param pipelines processes that keep the views; 1 or more
 * @param jvm options of the pipelines' JVMs
 * @param pipelineSettings {@code --sluice.views.some=value}
 */
public record KillSettings(
    Path directory,
    Load load,
    Faults faults,
    int brokers,
    int pipelines,
    List<String> jvm,
    List<String> pipelineSettings) {

  /**
   * What is sent.
   *
   * @param rate events a second
   * @param devices that send them
   * @param dedupe of the stream
   * @param seed of what is made up, and of the faults
   */
  public record Load(int rate, int devices, Duration dedupe, long seed) {}

  /**
   * What happens meanwhile, in turns. All of it is SIGKILL, and comes back.
   *
   * @param kills of a pipeline
   * @param rebuilds that begin just before as many of them
   * @param every between two faults, on average: half of it to one and a half
   * @param brokers kills of a broker
   * @param postgres kills of PostgreSQL
   * @param down until a broker or PostgreSQL comes back
   */
  public record Faults(
      int kills, int rebuilds, Duration every, int brokers, int postgres, Duration down) {}

  public KillSettings {
    require(
        load.rate >= 1 && load.rate <= 1_000_000, "--rate must be 1..1000000: was " + load.rate);
    require(
        load.devices >= 2 && load.devices <= 1_000_000,
        "--devices must be 2..1000000: was " + load.devices);
    require(brokers >= 1 && brokers <= 9, "--brokers must be 1..9: was " + brokers);
    require(pipelines >= 1 && pipelines <= 16, "--pipelines must be 1..16: was " + pipelines);
    require(
        faults.kills >= 0 && faults.rebuilds >= 0 && faults.brokers >= 0 && faults.postgres >= 0,
        "there must be 0 or more of each fault");
    require(faults.every.toMillis() >= 100, "--every must be at least 100 ms: was " + faults.every);
    jvm = List.copyOf(jvm);
    pipelineSettings = List.copyOf(pipelineSettings);
  }

  private static void require(boolean rule, String message) {
    if (!rule) {
      throw new IllegalArgumentException(message);
    }
  }
}
