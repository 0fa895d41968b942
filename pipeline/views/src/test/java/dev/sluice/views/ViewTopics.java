package dev.sluice.views;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.Punctuation;
import dev.sluice.model.avro.StreamSchema;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What is committed in the topics of views, as Kafka's consumer and Avro's own reader have it.
 * Belongs to one thread.
 */
final class ViewTopics implements AutoCloseable {
  private static final Duration ONCE = Duration.ofMillis(200);
  private static final int HEADER = 1 + Integer.BYTES;

  private final KafkaConsumer<byte[], byte[]> consumer =
      new KafkaConsumer<>(
          Map.of(
              ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
              TestServers.kafka(),
              ConsumerConfig.ISOLATION_LEVEL_CONFIG,
              "read_committed"),
          new ByteArrayDeserializer(),
          new ByteArrayDeserializer());
  private final Map<String, Topic> topics = new HashMap<>();

  private static final class Topic {
    private final StreamDefinition stream;
    private final GenericDatumReader<GenericRecord> reader;
    private final long[] watermarks;
    private final List<List<@Nullable Object>> rows = new ArrayList<>();
    private final Map<ByteBuffer, List<@Nullable Object>> newest = new LinkedHashMap<>();

    Topic(CatalogStream view) {
      stream = view.definition();
      reader = new GenericDatumReader<>(StreamSchema.of(stream));
      watermarks = new long[stream.storage().partitions()];
      Arrays.fill(watermarks, Long.MIN_VALUE);
    }

    void add(ConsumerRecord<byte[], byte[]> record) {
      Header stated = record.headers().lastHeader(Punctuation.HEADER);
      if (stated != null) {
        watermarks[record.partition()] = Punctuation.watermark(stated.value());
        return;
      }
      byte[] key = record.key();
      byte[] value = record.value();
      List<@Nullable Object> row = value == null ? null : row(value);
      if (row != null) {
        rows.add(row);
      }
      if (key != null && row == null) {
        newest.remove(ByteBuffer.wrap(key));
      } else if (key != null && row != null) {
        newest.put(ByteBuffer.wrap(key), row);
      }
    }

    private List<@Nullable Object> row(byte[] value) {
      try {
        GenericRecord row =
            reader.read(
                null,
                DecoderFactory.get().binaryDecoder(value, HEADER, value.length - HEADER, null));
        List<@Nullable Object> values = new ArrayList<>();
        for (Field field : stream.fields()) {
          values.add(typed(field.type(), row.get(field.name())));
        }
        return values;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static @Nullable Object typed(FieldType type, @Nullable Object value) {
      if (value == null) {
        return null;
      }
      return switch (type) {
        case STRING -> value.toString();
        case TIMESTAMP -> Instant.ofEpochMilli((Long) value);
        case LONG, DOUBLE, BOOLEAN -> value;
      };
    }
  }

  /** Reads their topics from the beginning. */
  ViewTopics(Collection<CatalogStream> views) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (CatalogStream view : views) {
      StreamDefinition stream = view.definition();
      topics.put(stream.topic(), new Topic(view));
      IntStream.range(0, stream.storage().partitions())
          .forEach(p -> partitions.add(new TopicPartition(stream.topic(), p)));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Takes what has come meanwhile. */
  void poll() {
    consumer.poll(ONCE).forEach(record -> of(record.topic()).add(record));
  }

  /** Whether no row of an earlier time comes any more. */
  boolean isThrough(CatalogStream view, Instant time) {
    return Arrays.stream(of(view.definition().topic()).watermarks)
        .allMatch(watermark -> watermark >= time.toEpochMilli());
  }

  /** Every row so far. */
  List<List<@Nullable Object>> rows(CatalogStream view) {
    return of(view.definition().topic()).rows;
  }

  /** The newest row of each key that was not taken back. */
  List<List<@Nullable Object>> newest(CatalogStream view) {
    return List.copyOf(of(view.definition().topic()).newest.values());
  }

  private Topic of(String topic) {
    return Objects.requireNonNull(topics.get(topic), topic);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
