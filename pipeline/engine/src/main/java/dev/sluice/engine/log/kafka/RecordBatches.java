package dev.sluice.engine.log.kafka;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.BatchDecoder;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.engine.log.Punctuation;
import dev.sluice.engine.log.WriterSchemas;
import dev.sluice.engine.source.SchemaRegistry;
import dev.sluice.engine.source.TopicValues;
import dev.sluice.model.event.EventBatch;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Makes a stream's column batches of a topic's records. Belongs to the one thread that reads. */
final class RecordBatches {
  private static final byte[] NO_EVENT = {};

  private final BatchDecoder decoder;
  private final @Nullable TopicValues values;

  RecordBatches(CatalogStream stream, SchemaRegistry registry, WriterSchemas writers) {
    this.decoder = new BatchDecoder(stream, writers);
    this.values = TopicValues.of(stream, registry);
  }

  /** Before a scan moves: what fails here is read again. */
  void prepare(ConsumerRecords<byte[], byte[]> records) {
    if (values == null) {
      decoder.prepare(() -> values(records));
      return;
    }
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.value() != null) {
        values.prepare(record.value());
      }
    }
  }

  private static Iterator<byte @Nullable []> values(ConsumerRecords<byte[], byte[]> records) {
    Iterator<ConsumerRecord<byte[], byte[]>> each = records.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return each.hasNext();
      }

      @Override
      public byte @Nullable [] next() {
        return each.next().value();
      }
    };
  }

  /**
   * Moves a scan over the next records of its partition.
   *
   * @param next offset that they reach to, where the last offsets have no record
   * @param into gets the batches
   */
  void scan(
      PartitionScan scan,
      List<ConsumerRecord<byte[], byte[]>> records,
      long next,
      List<EventBatch> into) {
    decode(scan, own(scan, records), into);
    long reached = Math.min(next, scan.end());
    if (reached > scan.position()) {
      decoder.begin(scan, 0);
      decoder.skip(scan, reached);
      into.add(decoder.end(scan));
    }
  }

  /** The records before the scan's end. */
  private static List<ConsumerRecord<byte[], byte[]>> own(
      PartitionScan scan, List<ConsumerRecord<byte[], byte[]>> records) {
    int count = records.size();
    while (count > 0 && records.get(count - 1).offset() >= scan.end()) {
      count--;
    }
    return records.subList(0, count);
  }

  private void decode(
      PartitionScan scan, List<ConsumerRecord<byte[], byte[]>> records, List<EventBatch> into) {
    for (int from = 0; from < records.size(); from += EventBatch.MAX_ROWS) {
      int to = Math.min(records.size(), from + EventBatch.MAX_ROWS);
      decoder.begin(scan, to - from);
      for (int i = from; i < to; i++) {
        add(scan, records.get(i));
      }
      into.add(decoder.end(scan));
    }
  }

  private void add(PartitionScan scan, ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    long time = record.timestamp();
    if (values != null && value != null) {
      TopicValues.Own own = values.read(value, time);
      value = own == null ? NO_EVENT : own.value();
      time = own == null ? time : own.time();
    }
    decoder.add(scan, record.offset(), time, record.key(), value, punctuation(record));
  }

  private static byte @Nullable [] punctuation(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() != null) {
      return null;
    }
    Header header = record.headers().lastHeader(Punctuation.HEADER);
    return header == null ? null : header.value();
  }
}
