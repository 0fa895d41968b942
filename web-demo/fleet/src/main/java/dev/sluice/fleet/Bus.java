package dev.sluice.fleet;

import dev.sluice.client.DeviceCounters;
import dev.sluice.client.SluiceDevice;
import dev.sluice.client.SluiceException;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A bus on the road: its device and the number of its next report. */
final class Bus {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int USUAL_EVENT_BYTES = 256;

  private final SluiceDevice device;
  private long seq;

  /**
   * @param firstSeq above every number that this bus used in an earlier run
   */
  Bus(SluiceDevice device, long firstSeq) {
    this.device = device;
    this.seq = firstSeq;
  }

  /**
   * Sends a report.
   *
   * @return false if there is no room for it, or the device has ended
   */
  boolean send(Report report, long ts) {
    try {
      return !device.isDisposed() && device.offer(event(report, seq++, ts));
    } catch (SluiceException ended) {
      return false;
    }
  }

  DeviceCounters counters() {
    return device.counters();
  }

  boolean isConnected() {
    return device.isConnected();
  }

  SluiceDevice device() {
    return device;
  }

  /** A report as an event of the stream {@code buses}. */
  static byte[] event(Report report, long seq, long ts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_EVENT_BYTES);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeStringProperty("bus", report.bus());
      json.writeNumberProperty("seq", seq);
      json.writeStringProperty("ts", Instant.ofEpochMilli(ts).toString());
      json.writeStringProperty("recorded", Instant.ofEpochMilli(report.recorded()).toString());
      text(json, "route", report.route());
      text(json, "trip", report.trip());
      text(json, "headsign", report.headsign());
      json.writeNumberProperty("speed", report.speed());
      json.writeNumberProperty("latitude", report.latitude());
      json.writeNumberProperty("longitude", report.longitude());
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void text(JsonGenerator json, String field, @Nullable String value) {
    if (value == null) {
      json.writeNullProperty(field);
    } else {
      json.writeStringProperty(field, value);
    }
  }
}
