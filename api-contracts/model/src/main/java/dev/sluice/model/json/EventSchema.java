package dev.sluice.model.json;

import dev.sluice.model.avro.AvroWriter;
import dev.sluice.model.avro.EventRow;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream's definition, laid out for one look per field and event. Immutable. */
final class EventSchema {
  private static final int NONE = -1;

  final StreamDefinition stream;
  final FieldNames names;

  /** Where the fields are in an event. */
  final Places places;

  /** Where the fields are in a CloudEvent. */
  final Places inCloudEvent;

  /** Whether each field is the event's own member. */
  final boolean flat;

  final AvroWriter writer;
  final boolean rejectUnknown;

  private final FieldType[] types;
  private final int[] required;
  private final int[] defaulted;
  private final int key;
  private final int time;
  private final long minTime;
  private final long maxTime;
  private final long maxSkew;

  /** The only key that there may be, as UTF-8; null: any. */
  private final byte @Nullable [] owner;

  EventSchema(StreamDefinition stream, int schemaId) {
    this.stream = stream;
    names = new FieldNames(stream);
    places = Places.of(stream.fields(), stream.intake()::pointer, List.of());
    inCloudEvent = Places.of(stream.fields(), stream.intake()::inCloudEvent, List.of("data"));
    flat = stream.intake().pointers().isEmpty();
    writer = new AvroWriter(stream, schemaId);
    rejectUnknown = stream.unknown() == StreamDefinition.UnknownFields.REJECT;
    types = stream.fields().stream().map(Field::type).toArray(FieldType[]::new);
    required =
        stream.fields().stream()
            .filter(field -> !field.optional())
            .mapToInt(field -> stream.indexOf(field.name()))
            .toArray();
    defaulted =
        stream.fields().stream()
            .filter(field -> field.absent() != null)
            .mapToInt(field -> stream.indexOf(field.name()))
            .toArray();
    key = position(stream.identity().key());
    EventTime rules = stream.time();
    time = position(rules.field());
    minTime = rules.minTime() == null ? 0 : Math.max(0, rules.minTime().toEpochMilli());
    maxTime = rules.maxTime() == null ? InstantText.MOST : rules.maxTime().toEpochMilli();
    maxSkew = rules.historical() ? InstantText.MOST : rules.maxSkew().toMillis();
    owner = null;
  }

  private EventSchema(EventSchema of, byte[] owner) {
    stream = of.stream;
    names = of.names;
    places = of.places;
    inCloudEvent = of.inCloudEvent;
    flat = of.flat;
    writer = of.writer;
    rejectUnknown = of.rejectUnknown;
    types = of.types;
    required = of.required;
    defaulted = of.defaulted;
    key = of.key;
    time = of.time;
    minTime = of.minTime;
    maxTime = of.maxTime;
    maxSkew = of.maxSkew;
    this.owner = owner;
  }

  /** The same for events of one key alone. */
  EventSchema ownedBy(String onlyKey) {
    return new EventSchema(this, onlyKey.getBytes(StandardCharsets.UTF_8));
  }

  /** The field of the key, if a row with nothing missing has another key than it may; or -1. */
  int foreignKey(EventRow row) {
    if (owner == null || key == NONE) {
      return NONE;
    }
    boolean own =
        types[key] == FieldType.STRING
            ? row.hasValue(key) && row.isText(key, owner)
            : Arrays.equals(owner, keyOf(row));
    return own ? NONE : key;
  }

  private int position(@Nullable String field) {
    return field == null ? NONE : stream.indexOf(field);
  }

  FieldType type(int field) {
    return types[field];
  }

  Field field(int field) {
    return stream.fields().get(field);
  }

  /** Where each field is, as text. */
  List<String> pointers() {
    return stream.fields().stream().map(field -> stream.intake().pointer(field).text()).toList();
  }

  /** The first field that must have a value and has none, or -1. */
  int missing(EventRow row) {
    for (int field : required) {
      if (!row.hasValue(field)) {
        return field;
      }
    }
    for (int field : defaulted) {
      if (!row.hasValue(field)) {
        return field;
      }
    }
    return NONE;
  }

  /** Gives the row the defaults of fields that are not in it. A null stays one: it was said. */
  void fill(EventRow row) {
    for (int field : defaulted) {
      Object absent = field(field).absent();
      if (absent != null && row.isAbsent(field)) {
        row.set(field, absent);
      }
    }
  }

  boolean hasTime() {
    return time != NONE;
  }

  /** The event time of a row with nothing missing; the time of ingest if the stream has none. */
  long timeOf(EventRow row, long now) {
    return time == NONE ? now : row.bits(time);
  }

  boolean isTooFarAhead(long eventTime, long now) {
    return eventTime - now > maxSkew;
  }

  boolean isOutOfRange(long eventTime) {
    return eventTime < minTime || eventTime > maxTime;
  }

  /** The times taken, in words. */
  String range() {
    return Instant.ofEpochMilli(minTime) + " to " + Instant.ofEpochMilli(maxTime);
  }

  byte @Nullable [] keyOf(EventRow row) {
    if (key == NONE) {
      return null;
    }
    long bits = row.bits(key);
    return switch (types[key]) {
      case STRING -> row.text(key);
      case LONG -> ascii(Long.toString(bits));
      case DOUBLE -> ascii(Double.toString(Double.longBitsToDouble(bits)));
      case BOOLEAN -> ascii(Boolean.toString(bits != 0));
      case TIMESTAMP -> ascii(Instant.ofEpochMilli(bits).toString());
    };
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
