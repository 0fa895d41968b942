package dev.sluice.engine.query;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.conformance.Postgres;
import dev.sluice.model.avro.StreamSchema;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Answers as PostgreSQL has them, over the log's records as a plain consumer and Avro's own reader
 * see them. Which of them are duplicates, late or outside, PostgreSQL works out from partition,
 * offset and event time; nothing of Sluice's reading is used.
 */
final class PostgresOracle implements AutoCloseable {
  private static final int HEADER_BYTES = 5;

  private final StreamDefinition stream;
  private final int schemaId;
  private final String bootstrapServers;
  private final Postgres postgres = new Postgres("oracle");

  PostgresOracle(CatalogStream stream, String bootstrapServers) {
    this.stream = stream.definition();
    this.schemaId = stream.schemaId();
    this.bootstrapServers = bootstrapServers;
  }

  // ---- loading ----

  /** Where each partition ends now. */
  Map<Integer, Long> ends() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      Map<Integer, Long> ends = new HashMap<>();
      consumer.endOffsets(partitions()).forEach((p, end) -> ends.put(p.partition(), end));
      return ends;
    }
  }

  /** Loads the log, all of it, and works out each record's fate as far as no query is needed. */
  void load() {
    try {
      postgres.execute(
          "CREATE TABLE log (partition int, \"offset\" bigint, kind text, time_ms bigint,"
              + " stated_ms bigint, "
              + Postgres.columns(stream)
              + ")");
      StringBuilder csv = new StringBuilder();
      for (ConsumerRecord<byte[], byte[]> record : records()) {
        csv.append(line(record)).append('\n');
      }
      postgres.copy("log", csv.toString());
      long lateness = stream.time().lateness().toMillis();
      postgres.execute(
          "CREATE TABLE marked AS SELECT *, max(CASE kind WHEN 'event' THEN time_ms - "
              + lateness
              + " WHEN 'punctuation' THEN stated_ms END) OVER (PARTITION BY partition ORDER BY \"offset\""
              + " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS watermark,"
              + " kind = 'event' AND count(*) OVER (PARTITION BY partition, kind, bus, seq, ts"
              + " ORDER BY \"offset\" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) > 0 AS again"
              + " FROM log");
      postgres.execute(
          "CREATE TABLE fated AS SELECT *, again AND (watermark IS NULL OR watermark <= time_ms + "
              + stream.identity().dedupe().toMillis()
              + ") AS duplicate FROM marked");
      postgres.execute("CREATE INDEX ON fated (partition, \"offset\")");
      postgres.execute("ANALYZE fated");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", bootstrapServers),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private List<TopicPartition> partitions() {
    List<TopicPartition> partitions = new ArrayList<>();
    for (int p = 0; p < stream.storage().partitions(); p++) {
      partitions.add(new TopicPartition(stream.topic(), p));
    }
    return partitions;
  }

  private List<ConsumerRecord<byte[], byte[]>> records() {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(partitions());
      consumer.seekToBeginning(partitions());
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions());
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  private String line(ConsumerRecord<byte[], byte[]> record) throws IOException {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(record.partition());
    values.add(record.offset());
    Header stated = record.headers().lastHeader("sluice-watermark");
    GenericRecord event = record.value() == null ? null : read(record.value());
    String kind =
        event != null
            ? "event"
            : record.value() == null && stated != null ? "punctuation" : "undecodable";
    values.add(kind);
    values.add(record.timestamp());
    values.add(stated == null ? null : ByteBuffer.wrap(stated.value()).getLong());
    for (Field field : stream.fields()) {
      values.add(event == null ? null : text(event.get(field.name()), field.type()));
    }
    return values.stream().map(Postgres::quoted).collect(Collectors.joining(","));
  }

  /** The event, or null if these bytes are none. */
  private @Nullable GenericRecord read(byte[] value) {
    if (value.length <= HEADER_BYTES
        || value[0] != 0
        || ByteBuffer.wrap(value, 1, Integer.BYTES).getInt() != schemaId) {
      return null;
    }
    try {
      BinaryDecoder decoder =
          DecoderFactory.get()
              .binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, null);
      GenericRecord event =
          new GenericDatumReader<GenericRecord>(StreamSchema.of(stream)).read(null, decoder);
      return decoder.isEnd() ? event : null;
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }

  private static @Nullable Object text(@Nullable Object value, FieldType type) {
    return value != null && type == FieldType.TIMESTAMP
        ? LocalDateTime.ofInstant(Instant.ofEpochMilli((Long) value), ZoneOffset.UTC)
        : value;
  }

  // ---- asking ----

  /** What a query is to say. */
  record Expected(
      List<List<@Nullable Object>> rows,
      List<List<@Nullable Object>> open,
      Map<String, Long> accounting) {}

  /**
   * Answers a query.
   *
   * @param from null: from the beginning
   * @param to null: no end by time
   * @param ends offset after the last record of each partition to read
   */
  Expected answer(
      PortableQuery query, @Nullable Instant from, @Nullable Instant to, Map<Integer, Long> ends) {
    postgres.execute("DROP TABLE IF EXISTS own");
    postgres.execute("DROP TABLE IF EXISTS placed");
    postgres.execute("CREATE TEMPORARY TABLE own AS " + rows(query, from, to, ends));
    postgres.execute("CREATE TEMPORARY TABLE placed AS " + placed(query, from));
    boolean windowed = query.window() != null;
    return new Expected(
        table(query, windowed ? "closed" : "TRUE"),
        windowed ? table(query, "NOT closed") : List.of(),
        accounting());
  }

  /** What the query reads, each record with its window and fate. */
  private String rows(
      PortableQuery query, @Nullable Instant from, @Nullable Instant to, Map<Integer, Long> ends) {
    String fromMs = firstMs(query, from, true);
    String toMs = to == null ? "'infinity'::float8" : "(" + to.toEpochMilli() + ")";
    String endValues =
        ends.entrySet().stream()
            .map(e -> "(" + e.getKey() + ", " + e.getValue() + "::bigint)")
            .collect(Collectors.joining(", "));
    String where = query.where().isEmpty() ? "TRUE" : query.where();
    return """
        WITH ends (p, stop) AS (VALUES %s),
        firsts AS (
          SELECT p, stop, coalesce((SELECT min("offset") FROM fated
            WHERE partition = p AND "offset" < stop AND time_ms >= %s), stop) AS first FROM ends),
        bounds AS (
          SELECT p, first, coalesce((SELECT min("offset") FROM fated
            WHERE partition = p AND "offset" >= first AND "offset" < stop AND watermark >= %s), stop) AS next
          FROM firsts),
        reached AS (
          SELECT least(min(w), %s) AS watermark FROM (
            SELECT coalesce(max(CASE kind WHEN 'event' THEN time_ms - %d WHEN 'punctuation' THEN stated_ms END), '-infinity'::float8) AS w
            FROM bounds LEFT JOIN fated ON partition = p AND "offset" < next GROUP BY p) AS each),
        own AS (
          SELECT fated.* FROM fated JOIN bounds ON partition = p WHERE "offset" >= first AND "offset" < next),
        judged AS (
          SELECT own.*, CASE
            WHEN kind = 'punctuation' THEN 'none'
            WHEN kind = 'undecodable' THEN 'undecodable'
            WHEN time_ms < %s OR time_ms >= %s THEN 'outside'
            WHEN duplicate THEN 'duplicate'
            WHEN (%s) IS NOT TRUE THEN 'filtered'
            WHEN coalesce(%s, FALSE) THEN 'late'
            ELSE 'counted' END AS fate,
            (SELECT watermark FROM reached) AS reached
          FROM own)
        SELECT * FROM judged
        """
        .formatted(
            endValues,
            fromMs,
            toMs,
            toMs,
            stream.time().lateness().toMillis(),
            fromMs,
            toMs,
            where,
            late(query));
  }

  /** The first event time that is read, or that a window may begin at. */
  private static String firstMs(PortableQuery query, @Nullable Instant from, boolean read) {
    if (from == null) {
      return "'-infinity'::float8";
    }
    long slide = query.slide() == null ? 1 : query.slide().toMillis();
    long gap = query.isSession() && read ? query.window().toMillis() : 0;
    return "(" + (Math.floorDiv(from.toEpochMilli(), slide) * slide - gap) + ")";
  }

  private static String late(PortableQuery query) {
    if (query.window() == null) {
      return "FALSE";
    }
    return query.isSession()
        ? "watermark > time_ms"
        : "watermark >= time_ms / %1$d * %1$d + %2$d"
            .formatted(query.slide().toMillis(), query.window().toMillis());
  }

  /** What counts, in each window in which it does. */
  private static String placed(PortableQuery query, @Nullable Instant from) {
    if (query.window() == null) {
      return "SELECT *, TRUE AS closed FROM own WHERE fate = 'counted'";
    }
    String edges =
        ", timestamp 'epoch' + start_ms * interval '1 ms' AS window_start, timestamp 'epoch' + end_ms"
            + " * interval '1 ms' AS window_end, end_ms <= reached AS closed FROM (";
    String first = ") AS w WHERE start_ms >= " + firstMs(query, from, false);
    long size = query.window().toMillis();
    if (!query.isSession()) {
      return "SELECT *"
          + edges
          + """
          SELECT own.*, start_ms, start_ms + %2$d AS end_ms
          FROM own, LATERAL generate_series(time_ms / %1$d * %1$d, time_ms - %2$d + 1, -%1$d) AS starts(start_ms)
          WHERE fate = 'counted' AND (watermark IS NULL OR watermark < start_ms + %2$d)
          """
              .formatted(query.slide().toMillis(), size)
          + first;
    }
    String keys = query.keys().isEmpty() ? "TRUE" : String.join(", ", query.keys());
    return "SELECT *"
        + edges
        + """
        SELECT numbered.*, min(time_ms) OVER (PARTITION BY %1$s, nr) AS start_ms,
          max(time_ms) OVER (PARTITION BY %1$s, nr) + %2$d AS end_ms
        FROM (
          SELECT *, sum(begins) OVER (PARTITION BY %1$s ORDER BY time_ms, partition, "offset") AS nr
          FROM (
            SELECT *, CASE WHEN time_ms - lag(time_ms) OVER (
              PARTITION BY %1$s ORDER BY time_ms, partition, "offset") < %2$d THEN 0 ELSE 1 END AS begins
            FROM own WHERE fate = 'counted') AS marked) AS numbered
        """
            .formatted(keys, size)
        + first;
  }

  private List<List<@Nullable Object>> table(PortableQuery query, String which) {
    return postgres.query(query.postgres("(SELECT * FROM placed WHERE " + which + ") AS counted"));
  }

  private Map<String, Long> accounting() {
    Map<String, Long> accounting = new LinkedHashMap<>();
    long read = 0;
    for (String fate :
        List.of("undecodable", "outside", "duplicate", "filtered", "late", "counted")) {
      accounting.put(fate, 0L);
    }
    for (List<@Nullable Object> row :
        postgres.query("SELECT fate, count(*) FROM own WHERE fate <> 'none' GROUP BY fate")) {
      accounting.put(String.valueOf(row.get(0)), (Long) row.get(1));
      read += (Long) row.get(1);
    }
    accounting.put("read", read);
    return accounting;
  }

  @Override
  public void close() {
    postgres.close();
  }
}
