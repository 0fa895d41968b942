package dev.sluice.gateway.own;

import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamDefinition.UnknownFields;
import dev.sluice.model.stream.StreamJson;
import java.time.Duration;
import java.util.List;

/** What the streams are that Sluice itself writes. */
public final class OwnStreams {
  /** Who came and who went. */
  public static final String DEVICES = StreamDefinition.OWN + "devices";

  /** Who changed what. */
  public static final String AUDIT = StreamDefinition.OWN + "audit";

  private OwnStreams() {}

  static StreamDefinition devices(Duration retention) {
    return stream(
        DEVICES,
        retention,
        "connection",
        "seq",
        required("ts", FieldType.TIMESTAMP),
        required("connection", FieldType.STRING),
        required("seq", FieldType.LONG),
        required("event", FieldType.STRING),
        nullable("why", FieldType.STRING),
        nullable("code", FieldType.STRING),
        required("door", FieldType.STRING),
        required("sends_to", FieldType.STRING),
        nullable("address", FieldType.STRING),
        nullable("client", FieldType.STRING),
        required("subject", FieldType.STRING),
        nullable("device", FieldType.STRING),
        nullable("last_acked", FieldType.LONG),
        nullable("events", FieldType.LONG),
        nullable("bytes", FieldType.LONG),
        required("since", FieldType.TIMESTAMP),
        required("gateway", FieldType.STRING));
  }

  static StreamDefinition audit(Duration retention) {
    return stream(
        AUDIT,
        retention,
        "name",
        "id",
        required("ts", FieldType.TIMESTAMP),
        required("id", FieldType.STRING),
        required("subject", FieldType.STRING),
        required("face", FieldType.STRING),
        nullable("address", FieldType.STRING),
        required("action", FieldType.STRING),
        required("kind", FieldType.STRING),
        required("name", FieldType.STRING),
        required("outcome", FieldType.STRING),
        nullable("before", FieldType.STRING),
        nullable("after", FieldType.STRING),
        nullable("left_out", FieldType.LONG));
  }

  private static Field required(String name, FieldType type) {
    return new Field(name, type, false);
  }

  private static Field nullable(String name, FieldType type) {
    return new Field(name, type, true);
  }

  /** In one partition: few events, whose order is worth more than their speed. */
  private static StreamDefinition stream(
      String name, Duration retention, String key, String id, Field... fields) {
    return new StreamDefinition(
        name,
        List.of(fields),
        new Identity(key, id, StreamJson.DEFAULT_DEDUPE),
        new EventTime(
            "ts",
            false,
            StreamJson.DEFAULT_LATENESS,
            StreamJson.DEFAULT_MAX_SKEW,
            StreamJson.DEFAULT_IDLE_TIMEOUT,
            null,
            null),
        new Storage(1, retention),
        UnknownFields.REJECT);
  }
}
