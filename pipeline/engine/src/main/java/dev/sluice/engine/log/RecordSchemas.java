package dev.sluice.engine.log;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.avro.Resolution;
import dev.sluice.model.stream.Field;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The schemas that a stream's records were written with, as far as its reader has met them: each is
 * resolved once against what the reader reads. Belongs to the one thread that reads.
 */
final class RecordSchemas {
  /** Before Avro's own bytes: Confluent's zero, and the schema's id. */
  static final int HEADER_BYTES = 1 + Integer.BYTES;

  private static final byte MAGIC = 0;
  private static final int MOST_STRANGE = 256;
  private static final long ASKED_AGAIN_NS = TimeUnit.SECONDS.toNanos(1);

  private final CatalogStream stream;
  private final WriterSchemas writers;
  private final Map<Integer, Resolution> known = new HashMap<>();

  /** Ids that were none of the stream's, and when that was asked, in ns. */
  private final Map<Integer, Long> strange = new LinkedHashMap<>();

  // Records of one schema stand together.
  private int lastId;
  private @Nullable Resolution last;

  RecordSchemas(CatalogStream stream, WriterSchemas writers) {
    this.stream = stream;
    this.writers = writers;
    this.lastId = stream.schemaId();
  }

  /** Whether the value has a header, and something after it. */
  static boolean hasHeader(byte[] value) {
    return value.length > HEADER_BYTES && value[0] == MAGIC;
  }

  static int idOf(byte[] value) {
    return (value[1] & 0xFF) << 24
        | (value[2] & 0xFF) << 16
        | (value[3] & 0xFF) << 8
        | (value[4] & 0xFF);
  }

  /** Whether the value has a schema that must be looked up before it can be read. */
  boolean isNew(byte[] value) {
    if (!hasHeader(value)) {
      return false;
    }
    int id = idOf(value);
    return id != stream.schemaId()
        && (id != lastId || last == null)
        && !known.containsKey(id)
        && !isStrange(id);
  }

  private boolean isStrange(int id) {
    Long asked = strange.get(id);
    return asked != null && System.nanoTime() - asked < ASKED_AGAIN_NS;
  }

  /** Looks up the value's schema. Returns whether it is one of the stream's. */
  boolean learn(byte[] value) {
    int id = idOf(value);
    List<Field> fields = writers.fields(stream, id);
    if (fields == null) {
      return false;
    }
    known.put(id, Resolution.eitherWay(stream.definition().fields(), fields));
    return true;
  }

  /** Takes it that the value's schema is none of the stream's, for now. */
  void distrust(byte[] value) {
    strange.remove(idOf(value));
    strange.put(idOf(value), System.nanoTime());
    if (strange.size() > MOST_STRANGE) {
      strange.remove(strange.keySet().iterator().next());
    }
  }

  /** Has what is known be brought up to date. */
  void refresh() {
    writers.refresh();
  }

  /** How to read what was written with another schema than the reader's; null: it is none. */
  @Nullable Resolution find(int id) {
    if (id != lastId || last == null) {
      lastId = id;
      last = known.get(id);
    }
    return last;
  }
}
