package dev.sluice.benchmark;

import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Appends readings to a stream's topic as a gateway does, but as fast as a producer can. */
final class ReadingsLog {
  /** So long ago is what closes windows. */
  private static final Duration CLOSED_AGO = Duration.ofSeconds(30);

  private final RawKafka kafka;
  private final Readings readings;
  private final String topic;
  private final RawKafka.Records decoder;

  ReadingsLog(RawKafka kafka, String stream, int schemaId, Readings readings) {
    this.kafka = kafka;
    this.readings = readings;
    this.topic = Readings.definition(stream).topic();
    this.decoder = new RawKafka.Records(Readings.definition(stream), schemaId, topic);
  }

  /** The first frame goes through the gateway, which tells the schema's id. */
  static ReadingsLog begin(Http http, RawKafka kafka, String stream, Readings readings, int frame)
      throws Exception {
    http.send(stream, readings.frame(0, frame));
    int schemaId = kafka.schemaId(Readings.definition(stream).topic());
    return new ReadingsLog(kafka, stream, schemaId, readings);
  }

  /**
   * Appends, and waits until it is stored.
   *
   * @param first number
   * @param end number before which it ends
   * @param frame how many are made at once; a divisor of all
   */
  void append(long first, long end, int frame) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = kafka.producer()) {
      Sending sending = new Sending(producer, (int) (end - first));
      for (long next = first; next < end; next += frame) {
        for (ProducerRecord<byte[], byte[]> record : decoder.of(readings.frame(next, frame))) {
          sending.send(record);
        }
      }
      sending.await();
    }
  }

  /** Appends an event to each partition that is later than all windows' ends. */
  void closeWindows(long number) throws Exception {
    long time = System.currentTimeMillis() - CLOSED_AGO.toMillis();
    ProducerRecord<byte[], byte[]> last = decoder.of(readings.frame(number, 1, time)).get(0);
    try (KafkaProducer<byte[], byte[]> producer = kafka.producer()) {
      Sending sending = new Sending(producer, Readings.PARTITIONS);
      for (TopicPartition partition : RawKafka.partitions(topic)) {
        sending.send(
            new ProducerRecord<>(
                topic, partition.partition(), last.timestamp(), last.key(), last.value()));
      }
      sending.await();
    }
  }
}
