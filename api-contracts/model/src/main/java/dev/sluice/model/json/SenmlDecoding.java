package dev.sluice.model.json;

import dev.sluice.model.avro.EventRow;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Senml;
import dev.sluice.model.stream.Senml.Mapping;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * One pack of SenML (RFC 8428) on its way. The records of one device and one time, to the
 * millisecond, are one event, which has the place of the first of them. What is rejected is kept as
 * a pack of its own, resolved and in JSON, so that it means the same at any time.
 *
 * <p>A record that is mapped to no field is rejected alone, or passed over where the stream ignores
 * unknown fields. What is wrong with a base value is wrong with all records after it, and refuses
 * the pack; so do a version that is not known, and a label that must be understood and is not.
 */
final class SenmlDecoding<E> extends TokenDecoding<E> {
  /** Up to it a whole number is no other's double: 2^53 is also what 2^53 + 1 becomes. */
  private static final double MAX_WHOLE = (1L << 53) - 1;

  private final EventSchema schema;
  private final Verdict verdict;
  private final EventRow row;
  private final SenmlReader reader;
  private final Function<EventRow, E> factory;

  private final List<Mapping> mappings;

  private final Map<Source, Pending> pending = new LinkedHashMap<>();

  /** What the records of an event have in common. */
  private record Source(String device, long time) {}

  /** An event whose records are being gathered. */
  private static final class Pending {
    final int index;
    final List<SenmlRecord> records = new ArrayList<>();
    final List<Mapping> fields = new ArrayList<>();
    int bytes;

    Pending(int index) {
      this.index = index;
    }

    void add(Mapping mapping, SenmlRecord record, int size) {
      records.add(record);
      fields.add(mapping);
      if (isNew(records.size() - 1)) {
        bytes += size;
      }
    }

    /** Whether the record is not the one before it, which is there twice if it has a sum. */
    private boolean isNew(int i) {
      return i == 0 || records.get(i) != records.get(i - 1);
    }

    byte[] toJson() {
      return SenmlRecord.toJson(
          IntStream.range(0, records.size()).filter(this::isNew).mapToObj(records::get).toList());
    }
  }

  SenmlDecoding(
      EventSchema schema,
      FrameBounds bounds,
      byte[] frame,
      FrameFormat format,
      long now,
      Function<EventRow, E> factory) {
    super(
        bounds,
        frame,
        format == FrameFormat.SENML_CBOR ? CBOR : JSON,
        "a frame of SenML must be an array of records (RFC 8428)");
    this.schema = schema;
    this.verdict = new Verdict(schema, bounds, now);
    this.row = new EventRow(schema.names.count());
    this.reader = new SenmlReader(tokens, format == FrameFormat.SENML_CBOR, now);
    this.factory = factory;
    Senml senml = schema.stream.intake().senml();
    this.mappings = senml == null ? List.of() : senml.bySpecificity();
  }

  @Override
  @Nullable Problem read() {
    if (mappings.isEmpty()) {
      return Problem.of(
          ProblemCode.MEDIA_TYPE_UNSUPPORTED,
          schema.stream.name()
              + " does not say which of its fields SenML's records are: declare it with \"senml\"");
    }
    if (tokens.next() != JsonToken.START_ARRAY) {
      return malformed("is none");
    }
    Problem problem = readElements(this::readRecord);
    if (problem != null) {
      events.clear();
      rejected.clear();
      return problem;
    }
    pending.forEach(this::finish);
    rejected.sort(Comparator.comparingInt(Rejection::index));
    return null;
  }

  private @Nullable Problem readRecord(JsonToken token, int index, int from) {
    reader.read(token);
    if (reader.refused() != null) {
      return malformed("record " + index + ": " + reader.refused());
    }
    if (reader.isBaseOnly()) {
      return null;
    }
    int bytes = tokens.at() - from;
    SenmlRecord record = reader.resolved();
    verdict.clear();
    if (record == null) {
      verdict.rejectRecord(ProblemCode.EVENT_NOT_SENML, reader.wrong());
    }
    verdict.checkShape(bytes, reader.depth());
    if (record == null || !verdict.isGood()) {
      rejected.add(verdict.rejection(index, original(from)));
    } else {
      gather(record, index, bytes);
    }
    return null;
  }

  private void gather(SenmlRecord record, int index, int bytes) {
    Mapping value = record.value() == null ? null : mapping(record, false);
    Mapping sum = record.sum() == null ? null : mapping(record, true);
    boolean unmapped =
        (record.value() != null && value == null) || (record.sum() != null && sum == null);
    if (unmapped && schema.rejectUnknown) {
      verdict.rejectRecord(
          ProblemCode.EVENT_UNMAPPED,
          schema.stream.name()
              + " has no field for "
              + (record.value() != null && value == null ? "the value" : "the sum")
              + " of a record "
              + record.name()
              + (record.unit() == null ? " without a unit" : " in " + Verdict.shown(record.unit()))
              + ": add it to \"senml\", or declare \"unknown\": \"ignore\"");
      rejected.add(verdict.rejection(index, SenmlRecord.toJson(List.of(record))));
      return;
    }
    for (Mapping mapping : Arrays.asList(value, sum)) {
      if (mapping != null) {
        Source source = new Source(mapping.device(record.name()), record.time());
        Pending event = pending.computeIfAbsent(source, unused -> new Pending(index));
        event.add(mapping, record, bytes);
      }
    }
  }

  private @Nullable Mapping mapping(SenmlRecord record, boolean sum) {
    for (Mapping mapping : mappings) {
      if (mapping.sum() == sum && mapping.takes(record.name(), record.unit())) {
        return mapping;
      }
    }
    return null;
  }

  private void finish(Source source, Pending event) {
    verdict.clear();
    row.clear();
    Senml senml = schema.stream.intake().senml();
    String device = senml == null ? null : senml.device();
    if (device != null && !source.device().isEmpty()) {
      setText(schema.stream.indexOf(device), source.device());
    }
    String time = schema.stream.time().field();
    if (time != null) {
      row.setLong(schema.stream.indexOf(time), source.time());
    }
    for (int i = 0; i < event.records.size(); i++) {
      set(event.fields.get(i), event.records.get(i));
    }
    verdict.check(row, event.bytes, 1);
    if (verdict.isGood()) {
      events.add(factory.apply(row));
    } else {
      byte[] original = event.toJson();
      rejected.add(
          verdict.rejection(
              event.index,
              Arrays.copyOf(original, Math.min(original.length, bounds.eventBytes()))));
    }
  }

  private void set(Mapping mapping, SenmlRecord record) {
    int field = schema.stream.indexOf(mapping.field());
    Object value = mapping.sum() ? record.sum() : record.value();
    if (!verdict.isGood() || value == null) {
      return;
    }
    if (!row.isAbsent(field)) {
      verdict.rejectDuplicate(field);
    } else if (!fits(field, schema.type(field), value)) {
      verdict.rejectType(field, told(value));
    }
  }

  private boolean fits(int field, FieldType type, Object value) {
    if (value instanceof Double number) {
      return setNumber(field, type, number);
    }
    if (value instanceof Boolean truth && type == FieldType.BOOLEAN) {
      row.setBoolean(field, truth);
      return true;
    }
    if (value instanceof String text && type == FieldType.STRING) {
      setText(field, text);
      return true;
    }
    return value instanceof String text
        && type == FieldType.TIMESTAMP
        && TextValue.read(row, field, type, text);
  }

  private boolean setNumber(int field, FieldType type, double number) {
    if (type == FieldType.DOUBLE) {
      row.setDouble(field, number);
      return Double.isFinite(number);
    }
    row.setLong(field, (long) number);
    return type == FieldType.LONG && number == Math.rint(number) && Math.abs(number) <= MAX_WHOLE;
  }

  private void setText(int field, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    row.setText(field, utf8, 0, utf8.length);
  }

  private static String told(Object value) {
    if (value instanceof String text) {
      return "the string \"" + Verdict.shown(text) + '"';
    }
    return value instanceof Double ? "the number " + value : value.toString();
  }
}
