package dev.sluice.standalone.demo;

import dev.sluice.fleet.Fleet;
import dev.sluice.fleet.FleetCounters;
import dev.sluice.fleet.FleetOptions;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The trouble that can be made, and undone. Some of it blocks for a moment; any thread. */
final class Switches implements AutoCloseable {
  static final double LEAST_SPEED = 0.1;
  private static final double MOST_SPEED = 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Fleet fleet;
  private final double usualSpeed;
  private final StalledSubscriber stalled;
  private final @Nullable KafkaPause kafka;

  /**
   * @param relay before Kafka; null if that is not the demo's own
   */
  Switches(Fleet fleet, StalledSubscriber stalled, @Nullable Relay relay) {
    this.fleet = fleet;
    this.usualSpeed = fleet.speed();
    this.stalled = stalled;
    this.kafka = relay == null ? null : new KafkaPause(relay, Schedulers.parallel());
  }

  double mostSpeed() {
    return Math.min(MOST_SPEED, FleetOptions.MOST_SPEED / usualSpeed);
  }

  /**
   * @param times the usual speed
   */
  void speed(double times) {
    // The most times the usual speed may be a hair above what the fleet takes.
    fleet.speed(Math.min(times * usualSpeed, FleetOptions.MOST_SPEED));
  }

  StalledSubscriber stalled() {
    return stalled;
  }

  @Nullable KafkaPause kafka() {
    return kafka;
  }

  ObjectNode state() {
    ObjectNode json = JSON.createObjectNode();
    FleetCounters counters = fleet.counters();
    json.putObject("fleet")
        .put("speed", Math.round(fleet.speed() / usualSpeed * 100) / 100.0)
        .put("most", mostSpeed())
        .put("buses", counters.buses())
        .put("connected", counters.connected())
        .put("taken", counters.taken())
        .put("acked", counters.acked())
        .put("buffered", counters.buffered())
        .put("resent", counters.resent())
        .put("dropped", counters.dropped())
        .put("rejected", counters.rejected());
    json.putObject("stalled-subscriber")
        .put("present", stalled.isThere())
        .put("sql", StalledSubscriber.SQL);
    json.putObject("kafka-pause")
        .put("available", kafka != null)
        .put("paused", kafka != null && kafka.isPaused())
        .put("seconds-left", kafka == null ? 0 : kafka.secondsLeft())
        .put("most", KafkaPause.MOST.toSeconds());
    return json;
  }

  /** Undoes it all. */
  @Override
  public void close() throws IOException {
    if (kafka != null) {
      kafka.close();
    }
    stalled.close();
    speed(1);
  }
}
