package dev.sluice.engine.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.log.BatchDecoder;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.engine.log.WriterSchemas;
import dev.sluice.model.avro.AvroWriter;
import dev.sluice.model.avro.EventRow;
import dev.sluice.model.avro.Resolution;
import dev.sluice.model.avro.StreamSchema;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/** Random changes of a stream's fields, with events in between. Avro's own reader is the oracle. */
class EvolutionProperties {
  private static final int STEPS = 12;
  private static final int EVENTS = 5;
  private static final String[] NAMES = {"a", "b", "c", "d", "e"};

  /** What was written with a schema, each record as Avro's bytes with the header. */
  private record Written(SchemaVersion version, StreamDefinition definition, List<byte[]> values) {}

  @Property(tries = 400)
  void whatIsReadWithTheNewestDefinitionIsWhatAvroReads(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    List<Written> log = log(random);
    Statistics.label("versions").collect(log.size());
    Written newest = log.get(log.size() - 1);
    List<Map<String, @Nullable Object>> expected = new ArrayList<>();
    for (Written written : log) {
      for (byte[] value : written.values) {
        expected.add(byAvro(written.definition, newest.definition, value));
      }
    }

    assertThat(read(newest, log, log)).isEqualTo(expected);
  }

  @Property(tries = 200)
  void whoReadsOnWithAnOlderDefinitionHasEveryFieldThatIsNotLost(@ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    List<Written> log = log(random);
    Written newest = log.get(log.size() - 1);
    Written older = log.get(random.nextInt(log.size()));
    Resolution resolution =
        Resolution.eitherWay(older.definition.fields(), newest.definition.fields());
    List<Map<String, @Nullable Object>> expected = new ArrayList<>();
    for (byte[] value : newest.values) {
      Map<String, @Nullable Object> row = byAvro(newest.definition, newest.definition, value);
      Map<String, @Nullable Object> own = new LinkedHashMap<>();
      for (int f = 0; f < older.definition.fields().size(); f++) {
        Field field = older.definition.fields().get(f);
        if (!resolution.lost().contains(field)) {
          own.put(
              field.name(), row.get(newest.definition.fields().get(resolution.source(f)).name()));
        }
      }
      expected.add(own);
    }

    List<Map<String, @Nullable Object>> read = read(older, log, List.of(newest));

    for (int i = 0; i < expected.size(); i++) {
      assertThat(read.get(i)).containsAllEntriesOf(expected.get(i));
    }
  }

  @Example
  void anEventThatComesAgainWithAnotherSchemaIsADuplicate() {
    StreamDefinition first = definition(fields(new Random(1)).subList(0, 3));
    List<Field> more = new ArrayList<>(first.fields());
    more.add(0, new Field("note", FieldType.STRING, false, "none", List.of()));
    StreamDefinition second = definition(more);
    Written before = new Written(version(first, 1), first, List.of(event(first, 10 + 1)));
    Written after = new Written(version(second, 2), second, List.of(event(second, 10 + 2)));
    CatalogStream stream = new CatalogStream(second, 10 + 2, 1, Instant.EPOCH);
    BatchDecoder decoder = new BatchDecoder(stream, writers(List.of(before, after)));
    PartitionScan scan = PartitionScan.start(second, 1_000, 0, 0);
    decoder.prepare(List.of(before.values.get(0)));
    decoder.begin(scan, 2);
    decoder.add(scan, 0, 7, "d".getBytes(UTF_8), before.values.get(0), null);
    decoder.add(scan, 1, 7, "d".getBytes(UTF_8), after.values.get(0), null);

    EventBatch batch = decoder.end(scan);

    assertThat(batch.size()).isEqualTo(2);
    assertThat(Bitmap.get(batch.log().duplicates(), 0)).isFalse();
    assertThat(Bitmap.get(batch.log().duplicates(), 1)).isTrue();
  }

  /** The same event with any of the schemas. */
  private static byte[] event(StreamDefinition stream, int schema) {
    EventRow row = new EventRow(stream.fields().size());
    for (int f = 0; f < stream.fields().size(); f++) {
      row.set(f, stream.fields().get(f).type() == FieldType.STRING ? "d" : (Object) 7L);
    }
    return new AvroWriter(stream, schema).write(row, 7);
  }

  /** Versions after each other, each with events. */
  private static List<Written> log(Random random) {
    StreamDefinition now = definition(fields(random));
    List<SchemaVersion> versions = new ArrayList<>(List.of(version(now, 1)));
    List<Written> log = new ArrayList<>(List.of(written(now, versions.get(0), random)));
    for (int step = 0; step < STEPS; step++) {
      StreamDefinition next = changed(now, random);
      if (next == null || next.equals(now) || !isAllowed(now, next, versions)) {
        continue;
      }
      String schema = StreamSchema.of(next).toString();
      SchemaVersion version =
          versions.stream()
              .filter(there -> there.schema().equals(schema))
              .findFirst()
              .orElseGet(() -> version(next, versions.size() + 1));
      if (!versions.contains(version)) {
        versions.add(version);
      }
      now = next;
      log.add(written(now, version, random));
    }
    return log;
  }

  private static boolean isAllowed(
      StreamDefinition before, StreamDefinition after, List<SchemaVersion> versions) {
    try {
      new StreamChange(before, after, versions).requireCompatible();
      return true;
    } catch (ProblemException refused) {
      assertThat(refused.problem().reasons()).isNotEmpty();
      return false;
    }
  }

  private static SchemaVersion version(StreamDefinition stream, int version) {
    Schema schema = StreamSchema.of(stream);
    List<Field> fields = StreamSchema.fields(new Schema.Parser().parse(schema.toString()));
    return new SchemaVersion(
        10 + version, version, "stream.s-value", schema.toString(), fields, Instant.EPOCH);
  }

  private static StreamDefinition definition(List<Field> fields) {
    return new StreamDefinition(
        "s",
        fields,
        new Identity("device", "seq", Duration.ofMinutes(1)),
        new EventTime("ts", true, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(2), null, null),
        new Storage(1, Duration.ofDays(7)),
        StreamDefinition.UnknownFields.REJECT);
  }

  private static List<Field> fields(Random random) {
    List<Field> fields =
        new ArrayList<>(
            List.of(
                new Field("device", FieldType.STRING, false),
                new Field("seq", FieldType.LONG, false),
                new Field("ts", FieldType.TIMESTAMP, false)));
    for (String name : NAMES) {
      if (random.nextBoolean()) {
        fields.add(field(name, random));
      }
    }
    return fields;
  }

  private static Field field(String name, Random random) {
    FieldType type = FieldType.values()[random.nextInt(FieldType.values().length)];
    return switch (random.nextInt(3)) {
      case 0 -> new Field(name, type, false);
      case 1 -> new Field(name, type, true);
      default -> new Field(name, type, false, value(type, random), List.of());
    };
  }

  private static Object value(FieldType type, Random random) {
    return switch (type) {
      case STRING -> "t" + random.nextInt(3);
      case LONG -> random.nextLong() >> random.nextInt(64);
      case TIMESTAMP -> (long) random.nextInt(1_000_000);
      case DOUBLE -> random.nextInt(1_000) / 8.0;
      case BOOLEAN -> random.nextBoolean();
    };
  }

  /** Some change, allowed or not; null if it could not even be a definition. */
  private static @Nullable StreamDefinition changed(StreamDefinition now, Random random) {
    try {
      return now.withFields(changed(now.fields(), random));
    } catch (ProblemException undefinable) {
      return null;
    }
  }

  private static List<Field> changed(List<Field> now, Random random) {
    List<Field> fields = new ArrayList<>(now);
    int at = random.nextInt(fields.size());
    Field field = fields.get(at);
    String name = NAMES[random.nextInt(NAMES.length)];
    switch (random.nextInt(8)) {
      case 0, 1 -> fields.add(random.nextInt(fields.size() + 1), field(name, random));
      case 2 ->
          fields.set(
              at,
              new Field(
                  field.name(),
                  FieldType.DOUBLE,
                  field.nullable(),
                  field.absent() instanceof Long number ? number.doubleValue() : null,
                  field.aliases()));
      case 3 -> {
        List<String> aliases = new ArrayList<>(field.aliases());
        aliases.add(field.name());
        aliases.remove(name);
        fields.set(at, new Field(name, field.type(), field.nullable(), field.absent(), aliases));
      }
      case 4 ->
          fields.set(
              at, new Field(field.name(), field.type(), !field.nullable(), null, field.aliases()));
      case 5 -> fields.remove(at);
      case 6 -> Collections.shuffle(fields, random);
      default -> {
        List<String> aliases = new ArrayList<>(field.aliases());
        if (random.nextBoolean() || aliases.isEmpty()) {
          aliases.add(name);
        } else {
          aliases.remove(0);
        }
        Object absent = field.nullable() ? null : value(field.type(), random);
        fields.set(
            at,
            new Field(
                field.name(),
                field.type(),
                field.nullable(),
                random.nextBoolean() ? absent : field.absent(),
                aliases.contains(field.name()) ? List.of() : aliases));
      }
    }
    return fields;
  }

  private static Written written(StreamDefinition stream, SchemaVersion version, Random random) {
    AvroWriter writer = new AvroWriter(stream, version.id());
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      EventRow row = new EventRow(stream.fields().size());
      for (int f = 0; f < stream.fields().size(); f++) {
        Field field = stream.fields().get(f);
        if (field.nullable() && random.nextInt(3) == 0) {
          row.setNull(f);
        } else {
          row.set(f, value(field.type(), random));
        }
      }
      values.add(writer.write(row, random.nextInt(1_000)));
    }
    return new Written(version, stream, values);
  }

  private static Map<String, @Nullable Object> byAvro(
      StreamDefinition writer, StreamDefinition reader, byte[] value) throws IOException {
    GenericRecord record =
        new GenericDatumReader<GenericRecord>(StreamSchema.of(writer), StreamSchema.of(reader))
            .read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    for (Field field : reader.fields()) {
      Object read = record.get(field.name());
      row.put(field.name(), read instanceof CharSequence text ? text.toString() : read);
    }
    return row;
  }

  private static List<Map<String, @Nullable Object>> read(
      Written reader, List<Written> known, List<Written> written) {
    CatalogStream stream =
        new CatalogStream(reader.definition, reader.version.id(), 1, Instant.EPOCH);
    BatchDecoder decoder = new BatchDecoder(stream, writers(known));
    List<byte @Nullable []> values = new ArrayList<>();
    written.forEach(one -> values.addAll(one.values));
    PartitionScan scan = PartitionScan.start(stream.definition(), 1_000, 0, 0);
    decoder.prepare(values);
    decoder.begin(scan, values.size());
    for (int i = 0; i < values.size(); i++) {
      decoder.add(scan, i, i, "k".getBytes(UTF_8), values.get(i), null);
    }
    EventBatch batch = decoder.end(scan);
    assertThat(batch.undecodable().offset()).isEmpty();
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (int row = 0; row < batch.size(); row++) {
      Map<String, @Nullable Object> shown = new LinkedHashMap<>();
      for (int f = 0; f < stream.definition().fields().size(); f++) {
        shown.put(stream.definition().fields().get(f).name(), value(batch.fields()[f], row));
      }
      rows.add(shown);
    }
    return rows;
  }

  private static @Nullable Object value(Column column, int row) {
    if (column.isNull(row)) {
      return null;
    }
    if (column instanceof StringColumn text) {
      return new String(text.value(row), UTF_8);
    }
    if (column instanceof DoubleColumn doubles) {
      return doubles.values()[row];
    }
    long value = ((LongColumn) column).values()[row];
    return column.type() == FieldType.BOOLEAN ? (Object) (value != 0) : value;
  }

  /** Tells of what it is asked only after it was refreshed, as a catalog that has not yet heard. */
  private static WriterSchemas writers(List<Written> known) {
    return new WriterSchemas() {
      private boolean fresh;

      @Override
      public @Nullable List<Field> fields(CatalogStream stream, int id) {
        return known.stream()
            .filter(one -> fresh && one.version.id() == id)
            .findFirst()
            .map(one -> one.version.fields())
            .orElse(null);
      }

      @Override
      public void refresh() {
        assertThat(fresh).as("asked once for all").isFalse();
        fresh = true;
      }
    };
  }
}
