package dev.sluice.engine.query;

import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A stream of readings, and its events. */
final class Readings {
  private Readings() {}

  static StreamDefinition definition(
      String name, boolean historical, int partitions, Duration lateness) {
    return new StreamDefinition(
        name,
        List.of(
            new Field("device", FieldType.STRING, false),
            new Field("seq", FieldType.LONG, false),
            new Field("ts", FieldType.TIMESTAMP, false),
            new Field("t", FieldType.DOUBLE, true)),
        new Identity("device", "seq", Duration.ofMinutes(1)),
        new EventTime(
            "ts", historical, lateness, Duration.ofMinutes(1), Duration.ofMillis(500), null, null),
        new Storage(partitions, Duration.ofDays(7)),
        StreamDefinition.UnknownFields.REJECT);
  }

  static String event(String device, long seq, Object time, Object value) {
    return "{\"device\":\"%s\",\"seq\":%d,\"ts\":\"%s\",\"t\":%s}"
        .formatted(device, seq, time, value);
  }

  /** Ten events a millisecond, of seven devices. */
  static void sendNumbers(QueryBed bed, String stream, Instant time, int from, int to) {
    List<String> events = new ArrayList<>();
    for (int i = from; i < to; i++) {
      events.add(event("d" + i % 7, i, time.plusMillis(i / 10), 1));
    }
    bed.send(stream, events.toString());
  }
}
