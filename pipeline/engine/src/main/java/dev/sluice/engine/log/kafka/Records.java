package dev.sluice.engine.log.kafka;

import dev.sluice.engine.log.LogRecord;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Records as Kafka's producer takes them. */
final class Records {
  private Records() {}

  static ProducerRecord<byte[], byte[]> toKafka(LogRecord record) {
    ProducerRecord<byte[], byte[]> kafka =
        new ProducerRecord<>(
            record.topic(), record.partition(), record.timestamp(), record.key(), record.value());
    for (Map.Entry<String, byte[]> header : record.headers().entrySet()) {
      kafka.headers().add(new RecordHeader(header.getKey(), header.getValue()));
    }
    return kafka;
  }
}
