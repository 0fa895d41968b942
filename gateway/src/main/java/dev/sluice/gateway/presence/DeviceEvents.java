package dev.sluice.gateway.presence;

import dev.sluice.gateway.own.OwnEvent;
import dev.sluice.gateway.own.OwnWriter;
import dev.sluice.model.problem.ProblemCode;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Comings and goings, as events of {@code sluice.devices}. */
final class DeviceEvents {
  static final String CONNECTED = "connected";
  static final String DISCONNECTED = "disconnected";

  private final OwnWriter writer;
  private final Clock clock;

  DeviceEvents(OwnWriter writer, Clock clock) {
    this.writer = writer;
    this.clock = clock;
  }

  /** Returns false if it is dropped. */
  boolean offer(OwnEvent event, boolean dear) {
    return writer.offer(event, dear);
  }

  /** Past the buffer; completes when they are stored. */
  Mono<Void> append(List<OwnEvent> events) {
    return writer.append(events);
  }

  OwnEvent connected(long seq, Here device) {
    return new OwnEvent(values(seq, device, CONNECTED));
  }

  OwnEvent disconnected(long seq, Here device, Why why, @Nullable ProblemCode code) {
    Map<String, @Nullable Object> values = values(seq, device, DISCONNECTED);
    values.put("why", why.text());
    values.put("code", code == null ? null : code.name());
    return new OwnEvent(values);
  }

  /** One whose gateway has gone: what it acked last, nobody knows. */
  OwnEvent lost(long seq, Here device) {
    Map<String, @Nullable Object> values = values(seq, device, DISCONNECTED);
    values.put("why", Why.LOST.text());
    values.put("last_acked", null);
    values.put("events", null);
    values.put("bytes", null);
    return new OwnEvent(values);
  }

  private Map<String, @Nullable Object> values(long seq, Here device, String event) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("ts", clock.instant());
    values.put("connection", device.connection());
    values.put("seq", seq);
    values.put("event", event);
    values.put("door", device.door());
    values.put("sends_to", device.stream());
    values.put("address", device.address());
    values.put("client", device.client());
    values.put("subject", device.subject());
    values.put("device", device.device());
    values.put("last_acked", device.lastAcked());
    values.put("events", device.events());
    values.put("bytes", device.bytes());
    values.put("since", Instant.ofEpochMilli(device.since()));
    values.put("gateway", device.gateway());
    return values;
  }
}
