package dev.sluice.model.json;

import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamDefinition.UnknownFields;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Streams that tests decode frames of. */
final class Streams {
  private Streams() {}

  static final List<Field> FIELDS =
      List.of(
          new Field("device", FieldType.STRING, false),
          new Field("seq", FieldType.LONG, false),
          new Field("ts", FieldType.TIMESTAMP, false),
          new Field("temperature", FieldType.DOUBLE, true),
          new Field("on", FieldType.BOOLEAN, true),
          new Field("note", FieldType.STRING, true));

  static StreamDefinition readings() {
    return stream(FIELDS, "device", "ts", UnknownFields.REJECT);
  }

  static StreamDefinition stream(
      List<Field> fields, @Nullable String key, @Nullable String time, UnknownFields unknown) {
    return new StreamDefinition(
        "readings",
        fields,
        new Identity(key, null, Duration.ofMinutes(1)),
        time(time, false, null, null),
        new Storage(6, Duration.ofDays(7)),
        unknown);
  }

  static StreamDefinition historical(Instant minTime, Instant maxTime) {
    return new StreamDefinition(
        "readings",
        FIELDS,
        new Identity("device", null, Duration.ofMinutes(1)),
        time("ts", true, minTime, maxTime),
        new Storage(6, Duration.ofDays(7)),
        UnknownFields.REJECT);
  }

  private static EventTime time(
      @Nullable String field,
      boolean historical,
      @Nullable Instant minTime,
      @Nullable Instant maxTime) {
    return new EventTime(
        field,
        historical,
        Duration.ofSeconds(5),
        Duration.ofMinutes(1),
        Duration.ofSeconds(2),
        minTime,
        maxTime);
  }
}
