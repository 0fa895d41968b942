package dev.sluice.gateway.subscribe;

import dev.sluice.engine.flow.Buffer;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Hop;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Stage;
import dev.sluice.gateway.connection.Pending;
import io.netty.channel.Channel;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.stereotype.Component;

/** What goes out by the doors: a hop for each way, and what waits in the connections. */
@Component
final class Outflow {
  private final Way sse;
  private final Way ndjson;
  private final Way json;
  private final Way rsocket;
  private final Set<Channel> channels = ConcurrentHashMap.newKeySet();

  Outflow(Flow flow) {
    sse = new Way(flow, Face.SSE.name().toLowerCase(Locale.ROOT));
    ndjson = new Way(flow, Face.NDJSON.name().toLowerCase(Locale.ROOT));
    json = new Way(flow, Face.JSON.name().toLowerCase(Locale.ROOT));
    rsocket = new Way(flow, "rsocket");
    flow.add(
        new Buffer(
            Label.of(Stage.DOORS_OUT, "connection"),
            new Buffer.Room("bytes", this::pending, this::writable),
            "no event is taken from the subscriber's buffer, to which this counts"));
  }

  Way by(Face face) {
    return switch (face) {
      case SSE -> sse;
      case NDJSON -> ndjson;
      case JSON -> json;
    };
  }

  Way rsocket() {
    return rsocket;
  }

  void opened(Channel channel) {
    channels.add(channel);
  }

  void closed(Channel channel) {
    channels.remove(channel);
  }

  private long pending() {
    return channels.stream().mapToLong(Pending::bytes).sum();
  }

  private long writable() {
    return channels.stream()
        .mapToLong(channel -> channel.config().getWriteBufferHighWaterMark())
        .sum();
  }

  /** Counts what goes one way. */
  static final class Way {
    private final LongAdder events;
    private final LongAdder rows;
    private final LongAdder bytes;

    private Way(Flow flow, String name) {
      Hop hop = new Hop(Stage.DOORS_OUT, name);
      events = hop.counting("events");
      rows = hop.counting("rows");
      bytes = hop.counting("bytes");
      flow.add(hop);
    }

    void took(long someEvents, long theirRows, long theirBytes) {
      events.add(someEvents);
      rows.add(theirRows);
      bytes.add(theirBytes);
    }

    /** What was collected is sent. */
    void sent(long size) {
      bytes.add(size);
    }
  }
}
