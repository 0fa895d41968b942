package dev.sluice.gateway.presence;

import dev.sluice.gateway.http.Stopping;
import dev.sluice.gateway.own.OwnWriter;
import java.time.Clock;

/** Who is here, where a test says who comes. */
public final class TestPresence {
  private TestPresence() {}

  public static Presence of(OwnWriter writer, Clock clock) {
    Stopping running = new Stopping();
    running.start();
    return new Presence("test", new DeviceEvents(writer, clock), running, clock, System::nanoTime);
  }
}
