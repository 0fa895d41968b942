package dev.sluice.gateway.ingest;

import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Hop;
import dev.sluice.engine.flow.Latency;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** What comes in by the doors: a hop for each. */
final class Doors {
  static final String RSOCKET = "rsocket";
  static final String WEBSOCKET = "websocket";
  static final String HTTP = "http";

  private final Map<String, Door> doors = new HashMap<>();

  Doors(Flow flow, Hop... hops) {
    for (Hop hop : hops) {
      doors.put(hop.label().name(), new Door(hop));
      flow.add(hop);
    }
  }

  Door of(Frame.Origin origin) {
    return Objects.requireNonNull(doors.get(origin.door()), origin::door);
  }

  /** One door. Events are those of frames that were stored, wholly or partly. */
  static final class Door {
    private final LongAdder frames;
    private final LongAdder bytes;
    private final LongAdder events;
    private final Latency latency;

    Door(Hop hop) {
      frames = hop.counting("frames");
      events = hop.counting("events");
      bytes = hop.counting("bytes");
      latency = hop.timing("frame received to ack");
    }

    /** A frame has come; returns when, to be given back with its answer. */
    long received(Frame frame) {
      frames.increment();
      bytes.add(frame.data().length);
      return System.nanoTime();
    }

    void answered(long received, Ack ack) {
      latency.took(System.nanoTime() - received, TimeUnit.NANOSECONDS);
      if (ack instanceof Ack.Stored all) {
        events.add(all.events());
      } else if (ack instanceof Ack.PartlyStored some) {
        events.add(some.events() + some.rejected().size());
      }
    }
  }
}
