package dev.sluice.engine.log;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.avro.AvroWriter;
import dev.sluice.model.avro.EventRow;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Logs of one partition with everything that a log may have, small times and few ids. */
public final class RandomLogs {
  private static final int SCHEMA = 7;
  private static final long BASE = 1_000_000;

  private RandomLogs() {}

  /** A record as the log has it. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Stored(
      long offset,
      long timestamp,
      byte @Nullable [] key,
      byte @Nullable [] value,
      byte @Nullable [] punctuation) {

    public boolean isPunctuation() {
      return punctuation != null;
    }
  }

  /** How a log is made up. */
  public record Shape(int seconds, int disorderSeconds, int ids, int junk, int silence) {
    /** A bit of everything. */
    public static final Shape WILD = new Shape(90, 40, 12, 12, 15);

    /** Nothing but events, none of them out of order by more than some seconds. */
    public static Shape inOrderWithin(int seconds) {
      return new Shape(90, seconds, 1_000_000, 0, 0);
    }
  }

  public static CatalogStream stream(
      boolean historical, int partitions, Duration lateness, Duration dedupe) {
    StreamDefinition definition =
        new StreamDefinition(
            "logs",
            List.of(
                new Field("device", FieldType.STRING, false),
                new Field("seq", FieldType.LONG, false),
                new Field("ts", FieldType.TIMESTAMP, false),
                new Field("t", FieldType.DOUBLE, true),
                new Field("note", FieldType.STRING, true)),
            new Identity("device", "seq", dedupe),
            new EventTime(
                "ts",
                historical,
                lateness,
                historical ? Duration.ZERO : Duration.ofSeconds(3),
                Duration.ofSeconds(2),
                null,
                null),
            new Storage(partitions, Duration.ofDays(7)),
            StreamDefinition.UnknownFields.REJECT);
    return new CatalogStream(definition, SCHEMA, 1, Instant.EPOCH);
  }

  /** Records from {@code firstOffset} on. */
  public static List<Stored> records(
      CatalogStream stream, Random random, int count, long firstOffset, Shape shape) {
    List<Stored> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      // Offsets have holes, as after a transaction or a compaction.
      long offset = firstOffset + records.size() + (shape.junk() > 0 ? i / 10 : 0);
      long now = BASE + 1_000L * shape.seconds() * (firstOffset + i) / 60;
      records.add(record(stream, random, offset, now, shape));
    }
    return records;
  }

  private static Stored record(
      CatalogStream stream, Random random, long offset, long now, Shape shape) {
    if (shape.junk() > 0 && random.nextInt(shape.junk()) == 0) {
      byte[] junk = random.nextBoolean() ? null : new byte[random.nextInt(12)];
      long far = random.nextInt(3) == 0 ? 1_000_000_000L : 0;
      return new Stored(offset, now + far, null, junk, null);
    }
    if (shape.silence() > 0 && random.nextInt(shape.silence()) == 0) {
      long stated = now - random.nextInt(30) * 1_000L;
      byte[] header = ByteBuffer.allocate(Long.BYTES).putLong(stated).array();
      return new Stored(offset, stated, null, null, header);
    }
    long skew = random.nextInt(4) * stream.definition().time().maxSkew().toMillis() / 3;
    long late = random.nextInt(1_000 * shape.disorderSeconds() + 1);
    return event(
        stream,
        offset,
        "d" + random.nextInt(3),
        random.nextInt(shape.ids()),
        // Whole seconds, so that ids repeat at the same time.
        shape.junk() > 0 ? (now - late) / 10_000 * 10_000 : now - late + skew,
        now,
        random.nextInt(5) == 0 ? null : random.nextInt(2_000) / 8.0 - 100,
        random.nextInt(4) == 0 ? null : "n" + random.nextInt(6));
  }

  public static Stored event(
      CatalogStream stream,
      long offset,
      String device,
      long seq,
      long time,
      long ingested,
      @Nullable Double t,
      @Nullable String note) {
    EventRow row = new EventRow(stream.definition().fields().size());
    byte[] key = device.getBytes(StandardCharsets.UTF_8);
    row.setText(0, key, 0, key.length);
    row.setLong(1, seq);
    row.setLong(2, time);
    if (t == null) {
      row.setNull(3);
    } else {
      row.setDouble(3, t);
    }
    if (note == null) {
      row.setNull(4);
    } else {
      byte[] text = note.getBytes(StandardCharsets.UTF_8);
      row.setText(4, text, 0, text.length);
    }
    byte[] value = new AvroWriter(stream.definition(), stream.schemaId()).write(row, ingested);
    return new Stored(offset, time, key, value, null);
  }

  /** Reads records into batches that are cut after each of these counts. */
  public static List<EventBatch> batches(
      CatalogStream stream, PartitionScan scan, List<Stored> records, List<Integer> cuts) {
    BatchDecoder decoder = new BatchDecoder(stream);
    List<EventBatch> batches = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      int to = Math.min(records.size(), from + Math.max(1, cut));
      if (from < to) {
        batches.add(batch(decoder, scan, records.subList(from, to)));
      }
      from = to;
    }
    if (from < records.size()) {
      batches.add(batch(decoder, scan, records.subList(from, records.size())));
    }
    return batches;
  }

  /** One batch of all these records. */
  public static EventBatch batch(BatchDecoder decoder, PartitionScan scan, List<Stored> records) {
    decoder.begin(scan, records.size());
    for (Stored record : records) {
      decoder.add(
          scan,
          record.offset(),
          record.timestamp(),
          record.key(),
          record.value(),
          record.punctuation());
    }
    return decoder.end(scan);
  }

  /** Reads records from memory, some at a time; one partition. */
  public static final class Reader implements LogReader {
    private static final int RECORDS_OF_A_POLL = 50;

    private final BatchDecoder decoder;
    private final List<Stored> records;
    private PartitionScan scan;

    public Reader(CatalogStream stream, List<Stored> records) {
      this.decoder = new BatchDecoder(stream);
      this.records = records;
      this.scan = PartitionScan.start(stream.definition(), 1, 0, 0);
    }

    @Override
    public Map<Integer, Long> endOffsets() {
      return Map.of(0, records.isEmpty() ? 0 : records.get(records.size() - 1).offset() + 1);
    }

    @Override
    public Map<Integer, Long> beginOffsets() {
      return Map.of(0, 0L);
    }

    @Override
    public Map<Integer, RecordPosition> positionsAt(Map<Integer, Long> times) {
      return records.stream()
          .filter(record -> record.timestamp() >= times.get(0))
          .findFirst()
          .map(record -> Map.of(0, new RecordPosition(record.offset(), record.timestamp())))
          .orElse(Map.of());
    }

    @Override
    public Map<Integer, RecordPosition> latest() {
      return records.stream()
          .max(Comparator.comparingLong(Stored::timestamp))
          .map(record -> Map.of(0, new RecordPosition(record.offset(), record.timestamp())))
          .orElse(Map.of());
    }

    @Override
    public void assign(Collection<PartitionScan> scans) {
      scan = scans.iterator().next();
    }

    @Override
    public void pauseOnly(Collection<Integer> partitions) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<EventBatch> poll(Duration timeout) {
      List<Stored> next =
          records.stream()
              .filter(record -> record.offset() >= scan.position())
              .limit(RECORDS_OF_A_POLL)
              .toList();
      return next.isEmpty() ? List.of() : List.of(batch(decoder, scan, next));
    }

    @Override
    public void close() {}
  }

  /** What a scan says of each of its events: offset, watermark before it, whether it repeats. */
  public static List<String> marks(List<EventBatch> batches, long fromOffset) {
    List<String> marks = new ArrayList<>();
    for (EventBatch batch : batches) {
      for (int row = 0; row < batch.size(); row++) {
        if (batch.log().offset()[row] >= fromOffset) {
          marks.add(
              batch.log().offset()[row]
                  + " "
                  + batch.log().watermark()[row]
                  + " "
                  + dev.sluice.model.event.Bitmap.get(batch.log().duplicates(), row));
        }
      }
    }
    return marks;
  }
}
