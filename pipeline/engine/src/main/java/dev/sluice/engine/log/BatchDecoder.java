package dev.sluice.engine.log;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.avro.Resolution;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a stream's records into column batches: Avro's bytes straight into arrays, with each
 * event's watermark and duplicate mark. Belongs to the one thread that reads.
 */
public final class BatchDecoder {
  private static final long[] NONE = new long[0];
  private static final byte[][] NO_KEYS = new byte[0][];

  private final int schemaId;
  private final RecordSchemas schemas;
  private final List<Field> fields;
  private final FieldType[] types;
  private final boolean[] nullable;
  private final int idField;
  private final StringDictionary[] dictionaries;
  private final AvroCursor cursor = new AvroCursor();
  private final @Nullable RecordKeys keys;

  // The batch being built.
  private final Object[] values;
  private final long[] @Nullable [] nulls;
  private long[] offset = new long[0];
  private long[] eventTime = new long[0];
  private long[] ingested = new long[0];
  private long[] watermark = new long[0];
  private long[] idHigh = new long[0];
  private long[] idLow = new long[0];
  private long @Nullable [] duplicates;
  private long[] undecodableOffset = new long[0];
  private long[] undecodableWatermark = new long[0];
  private byte[] @Nullable [] tombstones = NO_KEYS;
  private int undecodable;
  private long firstOffset;
  private int size;
  private int idStart;
  private int idLength;

  /** One that reads what was written with the stream's own schema, and nothing else. */
  public BatchDecoder(CatalogStream stream) {
    this(stream, WriterSchemas.NONE);
  }

  /**
   * @param writers tells of the other schemas that the stream's records were written with
   */
  public BatchDecoder(CatalogStream stream, WriterSchemas writers) {
    StreamDefinition definition = stream.definition();
    fields = definition.fields();
    schemaId = stream.schemaId();
    schemas = new RecordSchemas(stream, writers);
    types = fields.stream().map(Field::type).toArray(FieldType[]::new);
    nullable = new boolean[types.length];
    dictionaries = new StringDictionary[types.length];
    values = new Object[types.length];
    nulls = new long[types.length][];
    for (int f = 0; f < types.length; f++) {
      nullable[f] = fields.get(f).nullable();
      dictionaries[f] = new StringDictionary();
    }
    String id = definition.identity().id();
    idField = id == null ? -1 : definition.indexOf(id);
    keys = definition.source() == null ? null : new RecordKeys();
  }

  /**
   * Sees to it that records can be read, before their scan moves: a schema that was not met before
   * is looked up. That may wait, once for all of them.
   *
   * @throws dev.sluice.model.problem.ProblemException LOG_UNAVAILABLE: it cannot be looked up now
   */
  public void prepare(Iterable<byte @Nullable []> records) {
    boolean refreshed = false;
    for (byte[] value : records) {
      if (value == null || !schemas.isNew(value) || schemas.learn(value)) {
        continue;
      }
      if (!refreshed) {
        schemas.refresh();
        refreshed = true;
      }
      if (!schemas.learn(value)) {
        schemas.distrust(value);
      }
    }
  }

  /** Begins a batch of at most {@code rows} records that starts where the scan is. */
  public void begin(PartitionScan scan, int rows) {
    firstOffset = scan.position();
    size = 0;
    offset = new long[rows];
    eventTime = new long[rows];
    ingested = new long[rows];
    watermark = new long[rows];
    if (idField >= 0 && idHigh.length < rows) {
      idHigh = new long[rows];
      idLow = new long[rows];
    }
    if (keys != null) {
      keys.begin(rows);
    }
    duplicates = null;
    undecodableOffset = NONE;
    undecodableWatermark = NONE;
    tombstones = NO_KEYS;
    undecodable = 0;
    for (int f = 0; f < types.length; f++) {
      nulls[f] = null;
      values[f] =
          switch (types[f]) {
            case LONG, TIMESTAMP, BOOLEAN -> new long[rows];
            case DOUBLE -> new double[rows];
            case STRING -> new int[rows];
          };
      if (dictionaries[f].size() > StringDictionary.LIMIT) {
        dictionaries[f] = new StringDictionary();
      }
    }
  }

  /**
   * Adds the next record of the partition.
   *
   * @param punctuation the value of the {@link Punctuation#HEADER} header, if the record has it
   */
  public void add(
      PartitionScan scan,
      long recordOffset,
      long timestamp,
      byte @Nullable [] key,
      byte @Nullable [] value,
      byte @Nullable [] punctuation) {
    boolean warmUp = scan.warmingUp();
    if (value == null) {
      long stated = punctuation == null ? Long.MIN_VALUE : Punctuation.watermark(punctuation);
      if (stated != Long.MIN_VALUE) {
        scan.punctuate(stated);
      } else if (!warmUp) {
        keepUndecodable(recordOffset, scan.watermark(), keys == null ? null : key);
      }
    } else if (decode(value)) {
      keep(recordOffset, timestamp, scan.watermark(), key, value);
      scan.observe(timestamp, ingested[size]);
      if (warmUp) {
        forget(scan);
      } else {
        size++;
      }
    } else if (!warmUp) {
      keepUndecodable(recordOffset, scan.watermark(), null);
    }
    scan.moveTo(recordOffset + 1);
  }

  /** Passes over offsets that have no record, such as those of a transaction's end. */
  public void skip(PartitionScan scan, long toOffset) {
    scan.moveTo(toOffset);
  }

  /**
   * @param deleted key of a record that has no value
   */
  private void keepUndecodable(long recordOffset, long before, byte @Nullable [] deleted) {
    if (undecodable == undecodableOffset.length) {
      int room = Math.max(16, 2 * undecodable);
      undecodableOffset = Arrays.copyOf(undecodableOffset, room);
      undecodableWatermark = Arrays.copyOf(undecodableWatermark, room);
      tombstones = Arrays.copyOf(tombstones, room);
    }
    tombstones[undecodable] = deleted;
    undecodableOffset[undecodable] = recordOffset;
    undecodableWatermark[undecodable++] = before;
  }

  private void keep(
      long recordOffset, long timestamp, long before, byte @Nullable [] key, byte[] value) {
    offset[size] = recordOffset;
    eventTime[size] = timestamp;
    watermark[size] = before;
    if (keys != null) {
      keys.set(size, key);
    }
    if (idField >= 0) {
      idHigh[size] = DuplicateIndex.fingerprint(timestamp, key, value, idStart, idLength);
      idLow[size] = DuplicateIndex.fingerprint(~timestamp, key, value, idStart, idLength);
    }
  }

  /** Remembers the row being built for its id alone. */
  private void forget(PartitionScan scan) {
    if (scan.duplicates() != null) {
      scan.duplicates().seen(watermark[size], eventTime[size], idHigh[size], idLow[size]);
    }
    clearNulls();
  }

  /**
   * Finds the batch's duplicates in one go: places in a large table, each waited for alone, would
   * cost as much as all the rest.
   */
  private void markDuplicates(PartitionScan scan) {
    DuplicateIndex index = scan.duplicates();
    if (index == null) {
      return;
    }
    for (int row = 0; row < size; row++) {
      if (index.seen(watermark[row], eventTime[row], idHigh[row], idLow[row])) {
        if (duplicates == null) {
          duplicates = Bitmap.none(offset.length);
        }
        Bitmap.set(duplicates, row);
      }
    }
    index.drop(scan.watermark());
  }

  /**
   * Ends the batch where the scan now is.
   *
   * @throws dev.sluice.model.problem.ProblemException DEDUPE_LIMIT
   */
  public EventBatch end(PartitionScan scan) {
    markDuplicates(scan);
    Column[] columns = new Column[types.length + (keys == null ? 0 : 1)];
    if (keys != null) {
      columns[types.length] = keys.column();
    }
    for (int f = 0; f < types.length; f++) {
      columns[f] =
          switch (types[f]) {
            case LONG, TIMESTAMP, BOOLEAN -> new LongColumn(types[f], (long[]) values[f], nulls[f]);
            case DOUBLE -> new DoubleColumn((double[]) values[f], nulls[f]);
            case STRING ->
                new StringColumn(
                    (int[]) values[f], dictionaries[f].values(), dictionaries[f].size(), nulls[f]);
          };
    }
    return new EventBatch(
        scan.partition(),
        firstOffset,
        scan.position(),
        size,
        columns,
        new EventBatch.LogColumns(
            offset,
            eventTime,
            ingested,
            watermark,
            duplicates,
            EventBatch.Whole.of(size, eventTime, duplicates)),
        scan.watermark(),
        new EventBatch.Undecodable(
            Arrays.copyOf(undecodableOffset, undecodable),
            Arrays.copyOf(undecodableWatermark, undecodable),
            keys == null || undecodable == 0 ? null : Arrays.copyOf(tombstones, undecodable)));
  }

  /**
   * Reads a value into row {@link #size}; false, and nothing of it kept, if it is no value of this
   * stream.
   */
  private boolean decode(byte[] value) {
    if (!RecordSchemas.hasHeader(value)) {
      return false;
    }
    int id = RecordSchemas.idOf(value);
    Resolution other = id == schemaId ? null : schemas.find(id);
    if (id != schemaId && other == null) {
      return false;
    }
    try {
      cursor.reset(value, RecordSchemas.HEADER_BYTES);
      ingested[size] = cursor.readLong();
      if (other == null) {
        decodeOwn(value);
      } else {
        decodeOther(other, value);
      }
      if (cursor.atEnd()) {
        return true;
      }
    } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException e) {
      // Whatever wrote this did not write our schema: the record counts as undecodable.
    }
    clearNulls();
    return false;
  }

  /** Of the schema that is read. */
  private void decodeOwn(byte[] value) {
    for (int f = 0; f < types.length; f++) {
      int start = cursor.position();
      if (nullable[f] && isNull()) {
        setNull(f);
      } else {
        decodeField(f, types[f], value);
      }
      if (f == idField) {
        idStart = start;
        idLength = cursor.position() - start;
      }
    }
  }

  /** Of an earlier schema, or of a later one. The id is the same field in all of them. */
  private void decodeOther(Resolution resolution, byte[] value) {
    List<Field> written = resolution.writer();
    for (int w = 0; w < written.size(); w++) {
      int f = resolution.target(w);
      int start = cursor.position();
      FieldType type = written.get(w).type();
      if (written.get(w).nullable() && isNull()) {
        if (f >= 0) {
          setNull(f);
        }
      } else if (f >= 0) {
        decodeField(f, type, value);
      } else {
        cursor.skip(type);
      }
      if (f >= 0 && f == idField) {
        idStart = start;
        idLength = cursor.position() - start;
      }
    }
    for (int a = 0; a < resolution.absences(); a++) {
      int f = resolution.absent(a);
      setAbsent(f, fields.get(f).absent());
    }
  }

  private void setAbsent(int f, @Nullable Object value) {
    if (value == null) {
      setNull(f);
    } else if (value instanceof String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      ((int[]) values[f])[size] = dictionaries[f].code(utf8, 0, utf8.length);
    } else if (value instanceof Double number) {
      ((double[]) values[f])[size] = number;
    } else if (value instanceof Boolean bool) {
      ((long[]) values[f])[size] = bool ? 1 : 0;
    } else {
      ((long[]) values[f])[size] = (Long) value;
    }
  }

  private boolean isNull() {
    long branch = cursor.readLong();
    if (branch != 0 && branch != 1) {
      throw new IllegalArgumentException("a union's branch of " + branch);
    }
    return branch == 0;
  }

  /**
   * @param written type that was written; Avro takes a LONG for a DOUBLE
   */
  private void decodeField(int f, FieldType written, byte[] value) {
    switch (types[f]) {
      case LONG, TIMESTAMP -> ((long[]) values[f])[size] = cursor.readLong();
      case DOUBLE ->
          ((double[]) values[f])[size] =
              written == FieldType.LONG ? cursor.readLong() : cursor.readDouble();
      case BOOLEAN -> ((long[]) values[f])[size] = cursor.readBoolean() ? 1 : 0;
      case STRING -> {
        int length = cursor.skipString();
        ((int[]) values[f])[size] = dictionaries[f].code(value, cursor.position() - length, length);
      }
    }
  }

  private void setNull(int f) {
    long[] bitmap = nulls[f];
    if (bitmap == null) {
      bitmap = Bitmap.none(offset.length);
      nulls[f] = bitmap;
    }
    Bitmap.set(bitmap, size);
  }

  private void clearNulls() {
    for (long[] bitmap : nulls) {
      if (bitmap != null) {
        bitmap[size >> 6] &= ~(1L << size);
      }
    }
  }
}
